/** The artist: what is known, from where, how sure; who plays alike; what was made before. */

import {askFor, augment, recall} from '../state/actions.js';
import {past} from '../state/history.js';
import {session} from '../state/session.js';
import {feelPlot, signature, tempoPlot} from './plots.js';
import {byId, el} from './dom.js';

/** @import {Profile, Parameter, Similar} from '../api/types.js' */

const SHOWN = /** @type {const} */ ([
  ['tempo_mode', 'Tempo', 0], ['swing_percent', 'Swing, eighths', 0], ['swing_sixteenths', 'Swing, sixteenths', 0],
  ['ghost_note_prob', 'Ghost notes', 2], ['density', 'Strokes a bar', 0], ['syncopation_level', 'Syncopation', 0],
  ['velocity_mean', 'Velocity', 0], ['fill_share', 'Bars with a fill', 2],
]);
const BASIS = /** @type {Record<string, string>} */ ({played: 'by their playing', archive: 'by written files', words: 'by what is written of them'});

export function mountSide() {
  const place = byId('side');
  session.watch(['profile', 'similar', 'generation', 'clips'], ({profile, similar, generation, clips}) => {
    place.replaceChildren(...[
      profile ? known(profile) : null,
      generation?.provisional ? el('p', {class: 'faint', text: `Until ${session.value.artist} is known, ${(generation.based_on ?? []).join(', ') || 'another artist'} stands in.`}) : null,
      similar.length ? alike(similar) : null,
      clips.length ? history() : null,
    ].filter((part) => part !== null));
  });
}

/** @param {Profile} profile */
function known(profile) {
  const sources = Object.entries(profile.sources_count).filter(([, count]) => count).map(([kind, count]) => `${count} ${kind}`).join(', ');
  const word = profile.confidence_score >= 0.8 ? 'excellent' : profile.confidence_score >= 0.6 ? 'usable' : 'low';
  return el('section', {class: 'card'},
    el('h2', {text: profile.artist.name}),
    el('p', {class: 'faint', text: [profile.artist.drummers.map((one) => one.name).join(', '), profile.artist.genres.slice(0, 3).join(', ')].filter(Boolean).join(' · ')}),
    el('div', {class: 'sure'}, meter(profile.confidence_score), el('span', {text: `${Math.round(profile.confidence_score * 100)} % sure, ${word}; from ${sources || 'nothing yet'}`})),
    el('p', {text: profile.text_description}),
    el('div', {class: 'numbers'}, ...SHOWN.map(([name, label, digits]) => number(label, profile.quantitative_params[name], digits))),
    tempoPlot(profile),
    feelPlot(profile),
    signature(profile),
    el('div', {class: 'row'}, el('button', {type: 'button', class: 'secondary', text: 'Look for more', title: 'Search every source again and rebuild the profile', onclick: () => void augment()})),
  );
}

/** @param {number} share */
function meter(share) {
  return el('meter', {min: 0, max: 1, low: 0.6, high: 0.8, optimum: 1, value: share, 'aria-label': 'Confidence'});
}

/** A number that opens its evidence. @param {string} label @param {Parameter|undefined} parameter @param {number} digits */
function number(label, parameter, digits) {
  if (!parameter || parameter.value === null) {
    return el('div', {class: 'number unknown'}, el('span', {text: label}), el('span', {class: 'faint', text: 'not known'}));
  }
  const unit = parameter.unit.startsWith('of ') ? '' : parameter.unit === '%' ? ' %' : parameter.unit === 'BPM' ? ' bpm' : '';
  const value = parameter.unit.startsWith('of ') ? `${Math.round(parameter.value * 100)} %` : `${parameter.value.toFixed(digits)}${unit}`;
  const modes = parameter.modes.length > 1 ? parameter.modes.map((mode) => `${Math.round(mode.value)} (${Math.round(mode.share * 100)} %)`).join(', ') : '';
  const rows = parameter.evidence.map((item) => el('li', {},
    el('span', {class: 'title', text: item.title}),
    el('span', {class: 'faint', text: `${item.source.replaceAll('_', ' ')} · ${Number(item.value.toPrecision(4))}`}),
  ));
  const rest = parameter.evidence_count - new Set(parameter.evidence.map((item) => item.document)).size;
  return el('details', {class: 'number'},
    el('summary', {}, el('span', {text: label}), el('span', {class: 'value', text: value}), meter(parameter.confidence)),
    modes ? el('p', {class: 'faint', text: `several: ${modes}`}) : '',
    parameter.pinned ? el('p', {class: 'faint', text: 'set by a person'}) : '',
    el('ul', {class: 'evidence'}, ...rows, rest > 0 && el('li', {class: 'faint', text: `and ${rest} more of less weight`})),
  );
}

/** @param {Similar[]} similar */
function alike(similar) {
  return el('section', {class: 'card'}, el('h2', {text: 'Plays alike'}), el('ul', {class: 'alike'}, ...similar.map((other) => el('li', {},
    el('button', {type: 'button', class: 'link', text: other.name, onclick: () => void askFor(other.name)}),
    el('span', {class: 'faint', text: `${Math.round(other.similarity * 100)} %, ${BASIS[other.basis] ?? other.basis}`}),
    el('span', {class: 'reason', text: [other.reason, ...other.because].filter(Boolean).join('; ')}),
  ))));
}

function history() {
  const items = past();
  if (!items.length) return null;
  return el('section', {class: 'card'}, el('h2', {text: 'Before'}), el('ul', {class: 'alike'}, ...items.slice(0, 8).map((item) => el('li', {},
    el('button', {type: 'button', class: 'link', text: item.artist, onclick: () => void recall(item)}),
    el('span', {class: 'faint', text: `${Math.round(item.tempo)} bpm, seed ${item.request.seed ?? ''}`}),
  ))));
}
