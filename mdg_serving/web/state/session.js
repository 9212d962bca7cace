/** What is on screen. Views read it, `actions` changes it. */

import {Store} from './store.js';

/** @import {Generation, Profile, Similar, ListedArtist, Task} from '../api/types.js' */
/** @import {Clip} from '../midi/clip.js' */

/**
 * @typedef {object} Options what the next request asks for; null is as the artist plays
 * @property {number} bars
 * @property {number|null} tempo
 * @property {string} section
 * @property {number|null} seed
 * @property {boolean} keepSeed
 * @property {number|null} density -1 to 1
 * @property {number|null} swing
 * @property {number} timing 0-1
 * @property {string} blendWith
 * @property {number} blendAmount 0-1
 *
 * @typedef {object} Session
 * @property {string} artist the name that was asked for
 * @property {Clip[]} clips
 * @property {number} chosen index into clips
 * @property {number|null} compared index into clips
 * @property {ReadonlySet<string>} locked voices
 * @property {ReadonlySet<string>} muted voices
 * @property {Generation|null} generation
 * @property {{name: string, midi: string}|null} song whose sections the clips are
 * @property {Profile|null} profile
 * @property {Similar[]} similar
 * @property {ListedArtist[]} known
 * @property {Task|null} research
 * @property {{text: string, kind: 'plain'|'busy'|'error', action?: {label: string, run: () => void}}} status
 * @property {Options} options
 * @property {boolean} playing
 * @property {boolean} feel hear the artist's timing and touch; else the plain grid
 * @property {boolean} click
 * @property {number|null} tempo heard; null is the clip's
 */

/** @type {Options} */
export const DEFAULTS = {
  bars: 4, tempo: null, section: 'groove', seed: null, keepSeed: false, density: null, swing: null, timing: 1,
  blendWith: '', blendAmount: 0.4,
};

/** @type {Store<Session>} */
export const session = new Store(/** @type {Session} */ ({
  artist: '', clips: [], chosen: 0, compared: null, locked: new Set(), muted: new Set(), generation: null, song: null,
  profile: null, similar: [], known: [], research: null, status: {text: '', kind: 'plain'}, options: DEFAULTS,
  playing: false, feel: true, click: false, tempo: null,
}));

/** The clip on screen. @param {Session} of @returns {Clip|null} */
export function chosenClip(of) {
  return of.clips[of.chosen] ?? null;
}
