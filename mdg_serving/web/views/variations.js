/** The variations as tabs; a second one can be laid over the first to see where they differ. */

import {chosenClip, session} from '../state/session.js';
import {shortName} from '../midi/clip.js';
import {byId, el} from './dom.js';

export function mountVariations() {
  const place = byId('variations');
  session.watch(['clips', 'chosen', 'compared'], ({clips, chosen, compared}) => {
    place.hidden = clips.length === 0;
    const tabs = clips.map((clip, at) => el('button', {
      type: 'button', role: 'tab', class: 'tab', 'aria-selected': at === chosen ? 'true' : 'false', 'aria-controls': 'grid',
      tabindex: at === chosen ? 0 : -1, title: clip.basedOn ? `${clip.name}, based on ${clip.basedOn}` : clip.name,
      onclick: () => session.set({chosen: at, compared: null}),
      onkeydown: (/** @type {KeyboardEvent} */ event) => step(event, at, clips.length),
    }, el('span', {class: 'tab-name', text: shortName(clip)}), clip.edited && el('span', {class: 'faint', text: 'yours'})));
    const others = clips.map((clip, at) => ({clip, at})).filter(({at}) => at !== chosen);
    const compare = el('select', {class: 'compare', 'aria-label': 'Compare with', onchange: (/** @type {Event} */ event) => {
      const value = /** @type {HTMLSelectElement} */ (event.target).value;
      session.set({compared: value === '' ? null : Number(value)});
    }}, el('option', {value: '', text: 'compare with …'}), ...others.map(({clip, at}) => el('option', {value: at, selected: at === compared, text: shortName(clip)})));
    place.replaceChildren(el('div', {class: 'tabs', role: 'tablist', 'aria-label': 'Variations'}, ...tabs), others.length ? compare : '');
  });
}

/** @param {KeyboardEvent} event @param {number} at @param {number} count */
function step(event, at, count) {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (!by || !chosenClip(session.value)) return;
  event.preventDefault();
  session.set({chosen: (at + by + count) % count, compared: null});
  /** @type {HTMLElement|null} */ (byId('variations').querySelector('[aria-selected="true"]'))?.focus();
}
