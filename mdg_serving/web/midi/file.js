/** Standard MIDI Files (format 0, General MIDI drums on channel 10): written from clips, their tempo read from files. */

/** @import {Clip} from './clip.js' */

import {lengthOf} from './clip.js';

const DIVISION = 480;
const DRUMS = 9;

/** @param {number} value @returns {number[]} a variable-length quantity */
function variable(value) {
  const out = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) out.unshift((rest & 0x7f) | 0x80);
  return out;
}

/** @param {number} value @param {number} size */
function big(value, size) {
  return Array.from({length: size}, (_, i) => (value >>> (8 * (size - 1 - i))) & 0xff);
}

/** @param {number} kind @param {number[]} data */
function meta(kind, data) {
  return [0xff, kind, ...variable(data.length), ...data];
}

/** @param {Clip} clip @param {number} [tempo] @returns {Uint8Array<ArrayBuffer>} */
export function fileOf(clip, tempo = clip.tempo) {
  const [upper = 4, lower = 4] = clip.metre.split('/').map(Number);
  const end = Math.round(lengthOf(clip) * DIVISION);
  /** @type {[number, number, number[]][]} tick, order, event */
  const events = clip.strokes.flatMap((stroke) => {
    const on = Math.min(end - 1, Math.max(0, Math.round(stroke.start * DIVISION)));
    const off = Math.min(end, on + Math.max(1, Math.round(stroke.duration * DIVISION)));
    return /** @type {[number, number, number[]][]} */ ([
      [on, 1, [0x90 | DRUMS, stroke.pitch, stroke.velocity]],
      [off, 0, [0x80 | DRUMS, stroke.pitch, 0]],
    ]);
  });
  events.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const track = [
    ...[0, ...meta(3, [...new TextEncoder().encode(clip.name)])],
    ...[0, ...meta(0x51, big(Math.round(60e6 / tempo), 3))],
    ...[0, ...meta(0x58, [upper, Math.log2(lower), 24, 8])],
  ];
  let now = 0;
  for (const [tick, , event] of events) {
    track.push(...variable(tick - now), ...event);
    now = tick;
  }
  track.push(...variable(end - now), ...meta(0x2f, []));
  const text = (/** @type {string} */ s) => [...s].map((c) => c.charCodeAt(0));
  return new Uint8Array([
    ...text('MThd'), ...big(6, 4), ...big(0, 2), ...big(1, 2), ...big(DIVISION, 2),
    ...text('MTrk'), ...big(track.length, 4), ...track,
  ]);
}

/** The first tempo and metre of a file; 120 and 4/4 where it names none. @param {Uint8Array} data */
export function headOf(data) {
  let tempo = 120;
  let metre = '4/4';
  for (let i = data.length - 7; i >= 14; i -= 1) {
    if (data[i] !== 0xff) continue;
    if (data[i + 1] === 0x51 && data[i + 2] === 3) {
      const micros = (at(data, i + 3) << 16) | (at(data, i + 4) << 8) | at(data, i + 5);
      if (micros) tempo = 60e6 / micros;
    }
    if (data[i + 1] === 0x58 && data[i + 2] === 4 && at(data, i + 4) <= 5) metre = `${at(data, i + 3)}/${2 ** at(data, i + 4)}`;
  }
  return {tempo: Math.min(999, Math.max(20, tempo)), metre};
}

/** @param {Uint8Array} data @param {number} index */
function at(data, index) {
  return data[index] ?? 0;
}

/** @param {Uint8Array} data */
export function base64(data) {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text);
}
