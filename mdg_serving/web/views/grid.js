/** The clip as a drum grid: a lane a voice, a cell a step; height and light are velocity, place in the cell is timing. */

import {edit, lock, mute} from '../state/actions.js';
import {chosenClip, session} from '../state/session.js';
import {barQuarters, familyOf, labelOf, rowsOf} from '../midi/clip.js';
import {byId, el, icon} from './dom.js';

/** @import {Clip, Stroke} from '../midi/clip.js' */

const TALL = 300; // pixels that few lanes share; many have less each and are taller together

/** @param {Clip} clip @returns {{perBar: number, steps: number, perBeat: number}} */
export function gridOf(clip) {
  const perBar = Math.round(barQuarters(clip.metre) * clip.stepsPerQuarter);
  const lower = Number(clip.metre.split('/')[1] ?? 4);
  return {perBar, steps: perBar * clip.bars, perBeat: Math.max(1, Math.round((clip.stepsPerQuarter * 4) / lower))};
}

/** @param {() => number} position of the playhead in quarter notes */
export function mountGrid(position) {
  const frame = byId('grid');
  session.watch(['clips', 'chosen', 'compared', 'locked', 'muted'], () => draw(frame));
  const move = () => {
    const clip = chosenClip(session.value);
    const head = frame.querySelector('.playhead');
    if (head instanceof HTMLElement && clip) {
      head.hidden = !session.value.playing;
      const share = position() / (clip.bars * barQuarters(clip.metre));
      head.style.setProperty('--at', String(share));
    }
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
}

/** @param {HTMLElement} frame */
function draw(frame) {
  const clip = chosenClip(session.value);
  frame.hidden = !clip;
  if (!clip) {
    frame.replaceChildren();
    return;
  }
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['cell'] : undefined;
  const {perBar, steps, perBeat} = gridOf(clip);
  const other = session.value.compared === null ? null : session.value.clips[session.value.compared] ?? null;
  const rows = rowsOf(clip).map((voice) => lane(clip, other, voice, {perBar, steps, perBeat}));
  const table = el('div', {class: 'grid', role: 'grid', 'aria-label': `${clip.name}: steps by voice`, 'aria-rowcount': rows.length, 'aria-colcount': steps + 1}, ruler(steps, perBar, perBeat), ...rows);
  table.style.setProperty('--steps', String(steps));
  table.style.setProperty('--lane', `${Math.round(Math.max(36, Math.min(60, TALL / rows.length)))}px`);
  const head = el('div', {class: 'playhead', hidden: true});
  frame.replaceChildren(el('div', {class: 'scroll', tabindex: 0, 'aria-label': 'Grid', role: 'group'}, el('div', {class: 'sheet'}, table, el('div', {class: 'track'}, head))));
  if (focused) frame.querySelector(`[data-cell="${CSS.escape(focused)}"]`)?.dispatchEvent(new FocusEvent('focusin', {bubbles: true}));
  if (focused) /** @type {HTMLElement|null} */ (frame.querySelector(`[data-cell="${CSS.escape(focused)}"]`))?.focus();
}

/** @param {number} steps @param {number} perBar @param {number} perBeat */
function ruler(steps, perBar, perBeat) {
  const marks = [];
  for (let step = 0; step < steps; step += perBeat) {
    const bar = Math.floor(step / perBar) + 1;
    const beat = Math.floor((step % perBar) / perBeat) + 1;
    const mark = el('span', {class: beat === 1 ? 'mark first' : 'mark', text: beat === 1 ? String(bar) : `.${beat}`});
    mark.style.setProperty('--from', String(step + 2));
    marks.push(mark);
  }
  return el('div', {class: 'ruler', 'aria-hidden': 'true'}, ...marks);
}

/** @param {Clip} clip @param {Clip|null} other @param {string} voice @param {{perBar: number, steps: number, perBeat: number}} size */
function lane(clip, other, voice, {perBar, steps, perBeat}) {
  const {locked, muted} = session.value;
  const own = byStep(clip, voice);
  const theirs = other ? byStep(other, voice) : null;
  const name = labelOf(voice);
  const head = el(
    'div', {class: 'lane-head', role: 'rowheader'},
    el('span', {class: 'lane-name', text: name}),
    toggle('lock', `Keep the ${name.toLowerCase()} when the rest is played anew`, locked.has(voice), () => lock(voice)),
    toggle(muted.has(voice) ? 'mute' : 'sound', `Mute the ${name.toLowerCase()}`, muted.has(voice), () => mute(voice)),
  );
  const row = el('div', {class: `lane ${familyOf(voice)}${locked.has(voice) ? ' locked' : ''}${muted.has(voice) ? ' muted' : ''}`, role: 'row'}, head);
  for (let step = 0; step < steps; step += 1) {
    row.append(cell(clip, voice, name, step, own.get(step), theirs, {perBar, perBeat}));
  }
  row.addEventListener('keydown', (event) => walk(event));
  return row;
}

/** @param {Clip} clip @param {string} voice @returns {Map<number, Stroke>} the loudest of each step */
function byStep(clip, voice) {
  /** @type {Map<number, Stroke>} */
  const out = new Map();
  for (const stroke of clip.strokes) {
    const there = out.get(stroke.step);
    if (stroke.voice === voice && (!there || there.velocity < stroke.velocity)) out.set(stroke.step, stroke);
  }
  return out;
}

/** @param {Clip} clip @param {string} voice @param {string} name @param {number} step @param {Stroke|undefined} stroke @param {Map<number, Stroke>|null} theirs @param {{perBar: number, perBeat: number}} size */
function cell(clip, voice, name, step, stroke, theirs, {perBar, perBeat}) {
  const place = `bar ${Math.floor(step / perBar) + 1}, step ${(step % perBar) + 1}`;
  const said = stroke ? `${name}, ${place}, velocity ${stroke.velocity}, ${lateness(clip, stroke)}` : `${name}, ${place}, rest`;
  const classes = ['cell'];
  if (step % perBar === 0) classes.push('bar');
  else if (step % perBeat === 0) classes.push('beat');
  if (theirs && theirs.has(step) !== Boolean(stroke)) classes.push(stroke ? 'only' : 'gone');
  const button = el('button', {type: 'button', class: classes.join(' '), role: 'gridcell', 'data-cell': `${voice}:${step}`, 'aria-label': said, tabindex: step === 0 ? 0 : -1, title: stroke ? said : null, onclick: () => edit(voice, step)});
  if (stroke) {
    const hit = el('i', {class: stroke.velocity <= 45 ? 'hit ghost' : 'hit'});
    hit.style.setProperty('--level', (stroke.velocity / 127).toFixed(3));
    hit.style.setProperty('--late', (stroke.start * clip.stepsPerQuarter - step).toFixed(3));
    button.append(hit);
  }
  return button;
}

/** @param {Clip} clip @param {Stroke} stroke */
function lateness(clip, stroke) {
  const milliseconds = Math.round((stroke.start - stroke.step / clip.stepsPerQuarter) * (60_000 / clip.tempo));
  if (milliseconds === 0) return 'on the grid';
  return `${Math.abs(milliseconds)} ms ${milliseconds > 0 ? 'late' : 'early'}`;
}

/** @param {'lock'|'mute'|'sound'} shape @param {string} label @param {boolean} on @param {() => void} run */
function toggle(shape, label, on, run) {
  return el('button', {type: 'button', class: `lane-toggle ${shape}`, 'aria-pressed': on ? 'true' : 'false', 'aria-label': label, title: label, onclick: run}, icon(shape));
}

/** Arrow keys go from cell to cell. @param {KeyboardEvent} event */
function walk(event) {
  const from = event.target;
  if (!(from instanceof HTMLElement) || !from.dataset['cell']) return;
  const row = from.parentElement;
  const index = row ? [...row.children].indexOf(from) : -1;
  const rows = {ArrowUp: row?.previousElementSibling, ArrowDown: row?.nextElementSibling}[event.key];
  const to = event.key === 'ArrowRight' ? from.nextElementSibling
    : event.key === 'ArrowLeft' ? from.previousElementSibling
      : rows?.children[index];
  if (to instanceof HTMLElement && to.dataset['cell']) {
    event.preventDefault();
    to.focus();
  }
}
