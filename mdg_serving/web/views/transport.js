/** Hear the clip, and take it away: play, tempo, metronome, feel on and off, drag and download. */

import * as api from '../api/client.js';
import {Player} from '../audio/player.js';
import {again} from '../state/actions.js';
import {chosenClip, session} from '../state/session.js';
import {base64, fileOf} from '../midi/file.js';
import {byId, el, icon} from './dom.js';

/** @import {Clip} from '../midi/clip.js' */
/** @import {Session} from '../state/session.js' */

const TEMPO = [20, 999];

/** @returns {Player} */
export function mountTransport() {
  const player = new Player(() => new AudioContext({latencyHint: 'interactive'}));
  const place = byId('transport');
  const play = el('button', {type: 'button', class: 'round', 'aria-label': 'Play', onclick: () => switchPlay(player)}, icon('play'));
  const tempo = el('input', {type: 'number', min: TEMPO[0], max: TEMPO[1], step: 'any', class: 'tempo', 'aria-label': 'Tempo in beats a minute', onchange: () => {
    const value = Number(tempo.value);
    session.set({tempo: value >= 20 && value <= 999 ? value : null});
  }});
  const feel = choice('Feel', 'As this drummer times and strikes it; off: on the plain grid', () => session.set({feel: !session.value.feel}));
  const click = choice('Click', 'Metronome', () => session.set({click: !session.value.click}));
  const more = el('button', {type: 'button', class: 'secondary', text: 'Another', onclick: () => void again()});
  const drag = el('a', {class: 'secondary take', draggable: 'true', href: '#', title: 'Drag it onto a track of your DAW; a click downloads it'}, icon('drag'), el('span', {text: 'Drag .mid'}));
  const whole = el('a', {class: 'secondary take', draggable: 'true', href: '#', hidden: true, title: 'The whole song in one file with markers'}, icon('drag'), el('span', {text: 'Whole song'}));
  for (const link of [drag, whole]) link.addEventListener('dragstart', (event) => carry(link, event));
  place.append(
    el('div', {class: 'hear'}, play, el('label', {class: 'inline'}, tempo, el('span', {class: 'faint', text: 'bpm'})), feel, click),
    el('div', {class: 'leave'}, more, drag, whole),
  );

  session.watch(['clips', 'chosen', 'tempo', 'feel', 'click', 'muted', 'locked', 'playing'], (now) => {
    const clip = chosenClip(now);
    place.hidden = !clip;
    if (!clip) return;
    if (document.activeElement !== tempo) tempo.value = String(Math.round((now.tempo ?? clip.tempo) * 10) / 10);
    feel.setAttribute('aria-pressed', String(now.feel));
    click.setAttribute('aria-pressed', String(now.click));
    play.setAttribute('aria-label', now.playing ? 'Stop' : 'Play');
    play.replaceChildren(icon(now.playing ? 'stop' : 'play'));
    more.textContent = now.locked.size ? 'Play the rest anew' : 'Another';
    player.change(clip, hearing(now, clip));
  });
  player.after = (clip) => {
    const {song, clips} = session.value;
    const next = song ? clips[(clips.indexOf(clip) + 1) % clips.length] : undefined;
    if (!next || next === clip) return null;
    window.setTimeout(() => session.set({chosen: session.value.clips.indexOf(next)}), 0);
    return next;
  };
  session.watch(['song'], ({song}) => {
    whole.hidden = !song;
    if (song) {
      whole.href = `data:audio/midi;base64,${song.midi}`;
      whole.download = fileName(song.name);
    }
  });
  session.watch(['clips', 'chosen', 'tempo'], (now) => void offer(drag, chosenClip(now), now));
  document.addEventListener('keydown', (event) => {
    const on = event.target;
    const typing = on instanceof HTMLInputElement || on instanceof HTMLSelectElement || on instanceof HTMLButtonElement || on instanceof HTMLAnchorElement;
    if (event.code !== 'Space' || typing) return;
    event.preventDefault();
    switchPlay(player);
  });
  return player;
}

/** @param {Player} player */
function switchPlay(player) {
  const clip = chosenClip(session.value);
  if (!clip) return;
  if (player.playing) player.stop();
  else player.start(clip, hearing(session.value, clip));
  session.set({playing: player.playing});
}

/** @param {Session} of @param {Clip} clip */
function hearing(of, clip) {
  return {tempo: of.tempo ?? clip.tempo, feel: of.feel, click: of.click, muted: of.muted};
}

/** The link holds the file itself, so that it can be dragged whoever serves it. @param {HTMLAnchorElement} link @param {Clip|null} clip @param {Session} now */
async function offer(link, clip, now) {
  if (!clip) return;
  const tempo = now.tempo ?? clip.tempo;
  /** @param {Uint8Array} data */
  const hold = (data) => {
    link.href = `data:audio/midi;base64,${base64(data)}`;
    link.download = fileName(clip.name);
  };
  hold(fileOf(clip, tempo));
  if (clip.url && tempo === clip.tempo) {
    const data = await api.bytes(clip.url).catch(() => null);
    if (data && chosenClip(session.value) === clip && session.value.tempo === now.tempo) hold(data);
  }
}

/** What a DAW takes from the drag: the file under its name. @param {HTMLAnchorElement} link @param {DragEvent} event */
function carry(link, event) {
  if (!event.dataTransfer) return;
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('DownloadURL', `audio/midi:${link.download}:${link.href}`);
  event.dataTransfer.setData('text/uri-list', link.href);
}

/** @param {string} name */
function fileName(name) {
  return `${name.replace(/[^\p{L}\p{N} _-]+/gu, ' ').replace(/ +/g, ' ').trim() || 'clip'}.mid`;
}

/** @param {string} text @param {string} title @param {() => void} run */
function choice(text, title, run) {
  return el('button', {type: 'button', class: 'choice', 'aria-pressed': 'false', title, text, onclick: run});
}
