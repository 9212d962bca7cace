/** What the next clips are asked to be. Sliders act while the clip plays, from its next bar on. */

import {DEFAULTS, session} from '../state/session.js';
import {song, turn} from '../state/actions.js';
import {byId, el} from './dom.js';


const BARS = [1, 2, 4, 8, 16];
const FORM = 'intro 2, verse 8, pre 4, chorus 8, verse 8, chorus 8, outro 2';
const SECTIONS = [['groove', 'groove'], ['fill', 'with a fill'], ['intro', 'intro'], ['outro', 'outro']];

export function mountControls() {
  const place = byId('controls');
  const density = slider('Density', -1, 1, 0.1, 'as played', (value) => turn({density: value === 0 ? null : value}));
  const swing = slider('Swing', 49, 75, 1, 'as played', (value) => turn({swing: value < 50 ? null : value}));
  const feel = slider('Feel', 0, 1, 0.05, '', (value) => turn({timing: value}));
  const blend = slider('Blend', 0.1, 0.9, 0.1, '', (value) => turn({blendAmount: value}));
  const withWhom = el('input', {type: 'text', maxlength: 200, list: 'blend-names', placeholder: 'with another artist', 'aria-label': 'Blend with', onchange: () => turn({blendWith: withWhom.value.trim()})});
  const names = el('datalist', {id: 'blend-names'});
  const bars = select('Bars', BARS.map((n) => [String(n), String(n)]), (value) => turn({bars: Number(value)}));
  const section = select('Part', SECTIONS, (value) => turn({section: value}));
  const seed = el('input', {type: 'number', min: 0, step: 1, 'aria-label': 'Seed', onchange: () => turn({seed: seed.value === '' ? null : Math.max(0, Math.floor(Number(seed.value)))})});
  const keep = el('button', {type: 'button', class: 'choice', text: 'Keep', 'aria-pressed': 'false', title: 'Keep the seed for the next clips', onclick: () => {
    const {options, generation} = session.value;
    const keepSeed = !options.keepSeed;
    session.set({options: {...options, keepSeed, seed: keepSeed ? options.seed ?? generation?.seed ?? null : null}});
  }});
  const form = el('input', {type: 'text', class: 'form', maxlength: 2000, value: FORM, 'aria-label': 'Form of a song', spellcheck: 'false'});
  const whole = el('form', {class: 'control wide song', onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void song(form.value.trim() || FORM);
  }}, el('span', {class: 'control-name', text: 'Song'}), form, el('button', {type: 'submit', class: 'secondary', text: 'Play the song'}));
  const reset = el('button', {type: 'button', class: 'quiet', text: 'As the artist plays', onclick: () => turn({...DEFAULTS, bars: session.value.options.bars, section: session.value.options.section})});
  place.append(
    density.row, swing.row, feel.row,
    el('div', {class: 'control wide'}, el('span', {class: 'control-name', text: 'Blend'}), withWhom, names, blend.input, blend.said),
    el('div', {class: 'control small'}, bars.row, section.row, el('label', {class: 'inline'}, el('span', {class: 'control-name', text: 'Seed'}), seed), keep, reset),
    whole,
  );
  session.watch(['options', 'clips', 'generation', 'known'], ({options, clips, generation, known}) => {
    place.hidden = clips.length === 0 || !generation;
    density.show(options.density ?? 0, options.density === null ? 'as played' : `${options.density > 0 ? '+' : ''}${Math.round(options.density * 100)} %`);
    swing.show(options.swing ?? 49, options.swing === null ? 'as played' : `${options.swing} %`);
    feel.show(options.timing, `${Math.round(options.timing * 100)} %`);
    blend.show(options.blendAmount, options.blendWith ? `${Math.round(options.blendAmount * 100)} %` : '');
    blend.input.disabled = !options.blendWith;
    if (document.activeElement !== withWhom) withWhom.value = options.blendWith;
    bars.input.value = String(options.bars);
    section.input.value = options.section;
    if (document.activeElement !== seed) seed.value = String(options.seed ?? generation?.seed ?? '');
    keep.setAttribute('aria-pressed', String(options.keepSeed));
    names.replaceChildren(...known.filter((artist) => artist.key !== generation?.artist_key).map((artist) => el('option', {value: artist.name})));
  });
}

/** @param {string} name @param {number} min @param {number} max @param {number} step @param {string} start @param {(value: number) => void} run */
function slider(name, min, max, step, start, run) {
  const input = el('input', {type: 'range', min, max, step, 'aria-label': name, oninput: () => run(Number(input.value))});
  const said = el('output', {class: 'said', text: start});
  const row = el('label', {class: 'control'}, el('span', {class: 'control-name', text: name}), input, said);
  return {
    row, input, said,
    /** @param {number} value @param {string} text */
    show(value, text) {
      input.value = String(value);
      input.setAttribute('aria-valuetext', text || String(value));
      said.textContent = text;
    },
  };
}

/** @param {string} name @param {string[][]} choices @param {(value: string) => void} run */
function select(name, choices, run) {
  const input = el('select', {'aria-label': name, onchange: () => run(input.value)}, ...choices.map(([value, text]) => el('option', {value, text})));
  return {row: el('label', {class: 'inline'}, el('span', {class: 'control-name', text: name}), input), input};
}
