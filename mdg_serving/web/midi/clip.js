/** A clip as the page holds it: strokes on a grid that can be drawn, edited, heard and written to a file. */

/** @import {Generation, Song} from '../api/types.js' */

/**
 * @typedef {object} Stroke
 * @property {string} voice
 * @property {number} pitch
 * @property {number} step of the grid, from 0
 * @property {number} start quarter notes
 * @property {number} duration quarter notes
 * @property {number} velocity 1-127
 *
 * @typedef {object} Clip
 * @property {string} name
 * @property {string} basedOn
 * @property {number} tempo quarter notes a minute
 * @property {string} metre
 * @property {number} bars
 * @property {number} stepsPerQuarter
 * @property {Stroke[]} strokes by start
 * @property {string|null} url of the file, null once it was edited
 * @property {boolean} edited
 */

/** Voices from the top of the kit to the kick, with the pitch that General MIDI gives them and their family. */
export const VOICES = /** @type {const} */ ([
  ['crash', 49, 'cymbal', 'Crash'], ['china', 52, 'cymbal', 'China'], ['splash', 55, 'cymbal', 'Splash'],
  ['ride_bell', 53, 'cymbal', 'Ride bell'], ['ride', 51, 'cymbal', 'Ride'],
  ['open_hat', 46, 'hat', 'Open hat'], ['closed_hat', 42, 'hat', 'Closed hat'], ['pedal_hat', 44, 'hat', 'Pedal hat'],
  ['shaker', 82, 'hand', 'Shaker'], ['tambourine', 54, 'hand', 'Tambourine'], ['cowbell', 56, 'hand', 'Cowbell'],
  ['claves', 75, 'hand', 'Claves'], ['high_tom', 50, 'tom', 'High tom'], ['mid_tom', 47, 'tom', 'Mid tom'],
  ['floor_tom', 43, 'tom', 'Floor tom'], ['clap', 39, 'snare', 'Clap'], ['side_stick', 37, 'snare', 'Side stick'],
  ['snare', 38, 'snare', 'Snare'], ['kick', 36, 'kick', 'Kick'],
]);

/** Drawn even where a clip does not play them, so that one can write on them. */
const ALWAYS = new Set(['closed_hat', 'snare', 'kick']);

/** What tells a clip from those beside it: "groove 1" of "Tony Allen - groove 1". @param {Clip} clip */
export function shortName(clip) {
  return /\b(?:groove|fill|intro|outro) \d+\b/.exec(clip.name)?.[0] ?? clip.name;
}

/** @param {string} voice */
export function familyOf(voice) {
  return VOICES.find(([name]) => name === voice)?.[2] ?? 'hand';
}

/** @param {string} voice */
export function labelOf(voice) {
  return VOICES.find(([name]) => name === voice)?.[3] ?? voice.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase());
}

/** @param {string} voice */
function pitchOf(voice) {
  return VOICES.find(([name]) => name === voice)?.[1] ?? 56;
}

/** @param {string} metre @returns {number} quarter notes */
export function barQuarters(metre) {
  const [upper = 4, lower = 4] = metre.split('/').map(Number);
  return (upper * 4) / lower;
}

/** @param {Clip} clip @returns {number} quarter notes */
export function lengthOf(clip) {
  return clip.bars * barQuarters(clip.metre);
}

/** @param {Generation} made @returns {Clip[]} */
export function clipsOf(made) {
  return made.variations.map((variation) => ({
    name: variation.name,
    basedOn: variation.based_on,
    tempo: made.tempo,
    metre: made.time_signature,
    bars: made.bars,
    stepsPerQuarter: variation.steps_per_quarter,
    strokes: variation.notes.filter((note) => note.step >= 0),
    url: variation.midi_url,
    edited: false,
  }));
}

/** The sections of a song, in their order. @param {Song} made @returns {Clip[]} */
export function clipsOfSong(made) {
  return made.sections.map((section) => ({
    name: section.name,
    basedOn: section.based_on,
    tempo: made.tempo,
    metre: made.time_signature,
    bars: section.bars,
    stepsPerQuarter: made.steps_per_quarter,
    strokes: section.notes.filter((note) => note.step >= 0),
    url: section.midi_url,
    edited: false,
  }));
}

/**
 * A clip of notes without voices, as a file of one's own gives them.
 * @param {string} name
 * @param {{pitch: number, start: number, duration: number, velocity: number}[]} notes
 * @param {{tempo: number, metre: string}} file
 * @returns {Clip}
 */
export function clipOfNotes(name, notes, file) {
  const stepsPerQuarter = gridOf(notes.map((note) => note.start));
  const end = Math.max(0.25, ...notes.map((note) => note.start));
  return {
    name, basedOn: '', tempo: file.tempo, metre: file.metre, stepsPerQuarter, url: null, edited: true,
    bars: Math.max(1, Math.ceil((end + 1e-6) / barQuarters(file.metre))),
    strokes: notes.map((note) => ({...note, voice: voiceOf(note.pitch), step: Math.max(0, Math.round(note.start * stepsPerQuarter))})),
  };
}

/** Sixteenths, or triplets where those lie nearer. @param {number[]} starts */
function gridOf(starts) {
  const apart = (/** @type {number} */ steps) =>
    starts.reduce((sum, at) => sum + Math.abs(at * steps - Math.round(at * steps)) / steps, 0);
  return apart(3) < apart(4) * 0.6 ? 3 : 4;
}

const MORE_PITCHES = /** @type {Record<number, string>} */ ({
  35: 'kick', 40: 'snare', 41: 'floor_tom', 45: 'mid_tom', 48: 'high_tom', 57: 'crash', 59: 'ride',
});

/** @param {number} pitch */
function voiceOf(pitch) {
  return VOICES.find(([, own]) => own === pitch)?.[0] ?? MORE_PITCHES[pitch] ?? 'cowbell';
}

/** The voices to draw, from the top. @param {Clip} clip @returns {string[]} */
export function rowsOf(clip) {
  const played = new Set(clip.strokes.map((stroke) => stroke.voice));
  const known = VOICES.map(([voice]) => /** @type {string} */ (voice)).filter((voice) => played.has(voice) || ALWAYS.has(voice));
  const others = [...played].filter((voice) => !VOICES.some(([name]) => name === voice));
  return [...others, ...known];
}

const LEVELS = [96, 120, 36]; // what a click writes, one after another, before it takes the stroke away

/**
 * The clip with the next level at a place: none, plain, accent, ghost, none.
 * @param {Clip} clip @param {string} voice @param {number} step
 * @returns {Clip}
 */
export function stepped(clip, voice, step) {
  const here = clip.strokes.find((stroke) => stroke.voice === voice && stroke.step === step);
  const rest = clip.strokes.filter((stroke) => stroke !== here);
  const at = here ? LEVELS.findIndex((level) => Math.abs(level - here.velocity) < 12) : -1;
  const next = here ? LEVELS[at + 1] : LEVELS[0];
  const strokes = rest;
  if (next !== undefined) {
    const start = here ? here.start : step / clip.stepsPerQuarter;
    strokes.push({voice, pitch: here?.pitch ?? pitchIn(clip, voice), step, start, duration: here?.duration ?? 0.2, velocity: next});
    strokes.sort((one, other) => one.start - other.start);
  }
  return {...clip, strokes, edited: true, url: null};
}

/** @param {Clip} clip @param {string} voice */
function pitchIn(clip, voice) {
  return clip.strokes.find((stroke) => stroke.voice === voice)?.pitch ?? pitchOf(voice);
}
