/** Small pictures of a profile: where its tempi lie, how early and late each voice is, its signature grooves. */

import {familyOf, labelOf} from '../midi/clip.js';
import {el, svg} from './dom.js';

/** @import {Profile} from '../api/types.js' */

const WIDTH = 300;
const LEAST = 8; // strokes of a cell, below which its mean says little

/** @param {Profile} profile */
export function tempoPlot(profile) {
  const parameter = profile.quantitative_params['tempo_mode'];
  const tempi = (profile.quantitative_params['tempo_avg']?.evidence ?? []).filter((item) => item.value > 0);
  if (!parameter?.value || tempi.length < 3) return '';
  const low = 40;
  const high = Math.max(220, ...tempi.map((item) => item.value));
  const x = (/** @type {number} */ value) => 8 + ((value - low) / (high - low)) * (WIDTH - 16);
  const most = Math.max(...tempi.map((item) => item.weight));
  const dots = tempi.map((item) => {
    const height = 4 + 18 * (item.weight / most);
    return svg('line', {x1: x(item.value), x2: x(item.value), y1: 26 - height, y2: 26, class: 'tick'});
  });
  const marks = [60, 90, 120, 150, 180, 210].filter((value) => value <= high).map((value) => {
    const mark = svg('text', {x: x(value), y: 39, class: 'axis'});
    mark.textContent = String(value);
    return mark;
  });
  return figure('Tempi of the takes, bpm', svg('svg', {viewBox: `0 0 ${WIDTH} 42`, class: 'plot', role: 'img', 'aria-label': `Tempi from ${Math.round(Math.min(...tempi.map((t) => t.value)))} to ${Math.round(Math.max(...tempi.map((t) => t.value)))} bpm`},
    svg('line', {x1: 8, x2: WIDTH - 8, y1: 26.5, y2: 26.5, class: 'base'}), ...dots, ...marks));
}

/** @param {Profile} profile */
export function feelPlot(profile) {
  const feel = profile.feel[0];
  if (!feel) return '';
  /** @type {Map<string, {sum: number, spread: number, count: number}>} */
  const voices = new Map();
  for (const cell of feel.cells) {
    if (cell.count < LEAST) continue;
    const found = voices.get(cell.voice) ?? {sum: 0, spread: 0, count: 0};
    found.sum += cell.offset_ms * cell.count;
    found.spread += cell.offset_spread_ms * cell.count;
    found.count += cell.count;
    voices.set(cell.voice, found);
  }
  const rows = [...voices].sort((one, other) => other[1].count - one[1].count).slice(0, 5);
  if (!rows.length) return '';
  const span = 30;
  const x = (/** @type {number} */ ms) => WIDTH / 2 + 30 + (Math.max(-span, Math.min(span, ms)) / span) * (WIDTH / 2 - 44);
  const drawn = rows.flatMap(([voice, {sum, spread, count}], at) => {
    const y = 12 + at * 17;
    const mean = sum / count;
    const half = spread / count / 2;
    const name = svg('text', {x: 4, y: y + 4, class: 'axis name'});
    name.textContent = labelOf(voice);
    return [name,
      svg('line', {x1: x(mean - half), x2: x(mean + half), y1: y, y2: y, class: `range ${familyOf(voice)}`}),
      svg('circle', {cx: x(mean), cy: y, r: 4, class: `dot ${familyOf(voice)}`})];
  });
  const height = 12 + rows.length * 17;
  const said = rows.map(([voice, {sum, count}]) => `${labelOf(voice)} ${(sum / count).toFixed(0)} ms`).join(', ');
  return figure('Early and late, ms against the grid', svg('svg', {viewBox: `0 0 ${WIDTH} ${height}`, class: 'plot', role: 'img', 'aria-label': said},
    svg('line', {x1: x(0), x2: x(0), y1: 0, y2: height, class: 'base'}), ...drawn));
}

/** The grooves that weigh most, each drawn small. @param {Profile} profile */
export function signature(profile) {
  const grooves = profile.patterns.filter((pattern) => pattern.role === 'groove').sort((one, other) => other.weight - one.weight).slice(0, 3);
  if (!grooves.length) return '';
  return figure('Grooves played most', el('div', {class: 'minis'}, ...grooves.map((groove) => {
    const lanes = Object.entries(groove.lanes).map(([voice, text]) => ({voice, steps: [...text.replaceAll('|', '')]}));
    const steps = Math.max(1, ...lanes.map((lane) => lane.steps.length));
    const w = WIDTH / steps;
    const cells = lanes.flatMap(({voice, steps: own}, row) => own.flatMap((level, step) => {
      const value = Number(level);
      if (!value) return [];
      const height = 2 + 5 * (value / 9);
      return [svg('rect', {x: step * w + 0.5, y: row * 9 + 8 - height, width: Math.max(1, w - 1), height, class: familyOf(voice)})];
    }));
    return el('div', {class: 'mini'},
      svg('svg', {viewBox: `0 0 ${WIDTH} ${lanes.length * 9 + 1}`, class: 'plot', role: 'img', 'aria-label': `${groove.name}: ${lanes.map((lane) => labelOf(lane.voice)).join(', ')}`}, ...cells),
      el('span', {class: 'faint', text: `${groove.name}, ${Math.round(groove.weight * 100)} %`}));
  })));
}

/** @param {string} caption @param {Node} picture */
function figure(caption, picture) {
  return el('figure', {}, el('figcaption', {class: 'faint', text: caption}), picture);
}
