/** What a person can do: each changes the session, and asks the API where it must. */

import * as api from '../api/client.js';
import {clipOfNotes, clipsOf, clipsOfSong, stepped} from '../midi/clip.js';
import {base64, headOf} from '../midi/file.js';
import {remember} from './history.js';
import {chosenClip, session} from './session.js';

/** @import {Generation, Request, Task} from '../api/types.js' */
/** @import {Options} from './session.js' */
/** @import {Past} from './history.js' */

const EVERY = 900; // milliseconds between two looks at a task
const MAX_FILE = 300_000;

/** What runs now: a new request takes its place. */
let running = new AbortController();

/** @returns {AbortSignal} */
function begin() {
  running.abort();
  running = new AbortController();
  return running.signal;
}

/** @param {string} text */
function busy(text) {
  session.set({status: {text, kind: 'busy'}});
}

/** @param {string} text */
function plain(text) {
  session.set({status: {text, kind: 'plain'}});
}

/** What went wrong, in words, with what to do. @param {unknown} error @param {() => void} again */
function failed(error, again) {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  const text = error instanceof Error ? error.message : String(error);
  session.set({status: {text, kind: 'error', action: {label: 'Try again', run: again}}, research: null});
}

/** The body for what is on screen. @param {string} artist @param {Options} options @returns {Request} */
export function requestFor(artist, options) {
  return {
    artist,
    bars: options.bars,
    variations: 4,
    section: options.section,
    ...(options.tempo === null ? {} : {tempo: options.tempo}),
    ...(options.seed === null ? {} : {seed: options.seed}),
    ...(options.density === null ? {} : {density: options.density}),
    ...(options.swing === null ? {} : {swing: options.swing}),
    ...(options.timing === 1 ? {} : {timing_amount: options.timing, velocity_amount: options.timing}),
    ...(options.blendWith ? {blend: {artist: options.blendWith, amount: options.blendAmount}} : {}),
  };
}

/** Type a name: clips, and beside them what is known. @param {string} name */
export async function askFor(name) {
  const artist = name.trim();
  if (!artist) {
    plain('Type the name of any artist or band.');
    return;
  }
  const other = artist !== session.value.artist;
  const options = {...session.value.options, ...(session.value.options.keepSeed ? {} : {seed: null}), ...(other ? {tempo: null} : {})};
  session.set({artist, options, locked: other ? new Set() : session.value.locked, ...(other ? {profile: null, similar: []} : {})});
  history.replaceState(null, '', `?${new URLSearchParams({artist})}`);
  await make(requestFor(artist, options), () => void askFor(artist));
}

/** New clips of the same artist: with another seed, the locked voices stay. */
export async function again() {
  const {artist, options} = session.value;
  if (!artist) return;
  await make(keeping(requestFor(artist, options.keepSeed ? options : {...options, seed: null})), () => void again());
}

/** The request with the locked voices of the clip on screen, which then gives length, tempo and metre. @param {Request} request @returns {Request} */
function keeping(request) {
  const clip = chosenClip(session.value);
  const {locked} = session.value;
  const notes = (clip?.strokes ?? [])
    .filter((stroke) => locked.has(stroke.voice))
    .map(({pitch, start, duration, velocity}) => ({pitch, start: Math.max(0, start), duration, velocity}));
  if (!clip || !notes.length) return request;
  const voices = [...new Set(clip.strokes.map((stroke) => stroke.voice))].filter((voice) => locked.has(voice));
  return {...request, lock: {voices, notes, bars: clip.bars}, bars: clip.bars, tempo: clip.tempo, time_signature: clip.metre};
}

/** A whole song by its form. @param {string} form */
export async function song(form) {
  const {artist, options} = session.value;
  if (!artist) return;
  const signal = begin();
  busy(`Playing a song like ${artist} …`);
  try {
    const {bars: _, section: __, variations: ___, blend: ____, ...shared} = requestFor(artist, options);
    const answer = await api.song({...shared, form}, signal);
    const made = 'done' in answer ? answer.done : await ended(answer.accepted.task_id, signal, (task) => busy(task.message));
    session.set({clips: clipsOfSong(made), chosen: 0, compared: null, tempo: null, song: {name: made.name, midi: made.midi}});
    plain(`${made.name}: ${made.sections.length} sections at ${Math.round(made.tempo)} bpm, seed ${made.seed}.`);
  } catch (error) {
    failed(error, () => void song(form));
  }
}

/** Look at a task until it ends, and give its result. @param {string} id @param {AbortSignal} signal @param {(task: Task) => void} told @returns {Promise<any>} */
async function ended(id, signal, told) {
  for (;;) {
    const task = await api.task(id, signal);
    if (task.status === 'completed') return task.result;
    if (task.status === 'failed' || task.status === 'cancelled') throw new api.Problem(task.error ?? 'It was cancelled.', 422);
    told(task);
    await pause(EVERY, signal);
  }
}

/** The same clips with other options, heard from the next bar on. @param {Partial<Options>} change */
export function turn(change) {
  session.set({options: {...session.value.options, ...change}});
  window.clearTimeout(turning);
  const {generation, artist} = session.value;
  if (!generation || !artist) return;
  turning = window.setTimeout(() => {
    const seed = session.value.options.seed ?? generation.seed;
    const {tempo, time_signature} = generation;
    const request = {tempo, time_signature, ...requestFor(artist, session.value.options), seed};
    void make(keeping(request), () => turn({}), session.value.chosen);
  }, 220);
}
let turning = 0;

/** A request of the past. @param {Past} item */
export async function recall(item) {
  session.set({artist: item.request.artist, profile: null, similar: [], locked: new Set()});
  await make(item.request, () => void recall(item));
}

/** @param {Request} request @param {() => void} retry @param {number} [chosen] */
async function make(request, retry, chosen = 0) {
  const signal = begin();
  busy(`Playing like ${request.artist} …`);
  try {
    const answer = await api.generate(request, signal);
    if ('done' in answer) {
      show(answer.done, request, chosen);
    } else {
      const {accepted} = answer;
      if (accepted.provisional) show(accepted.provisional, null, chosen);
      const made = await ended(accepted.task_id, signal, (task) => {
        if (task.research_task_id) session.set({research: task});
        busy(task.research_task_id ? `Researching ${request.artist}: ${task.message}` : task.message);
      });
      show(made, request, 0);
    }
    await learn(session.value.generation?.artist_key ?? request.artist, signal);
  } catch (error) {
    failed(error, retry);
  }
}

/** @param {Generation} made @param {Request|null} request null: clips that stand in @param {number} chosen */
function show(made, request, chosen) {
  const clips = clipsOf(made);
  session.set({
    clips, song: null, generation: made, chosen: Math.min(chosen, clips.length - 1), compared: null,
    tempo: null, research: request ? null : session.value.research,
  });
  if (!request) return;
  remember({request: {...request, seed: made.seed}, artist: made.artist, tempo: made.tempo, at: Date.now()});
  if (session.value.options.keepSeed) session.set({options: {...session.value.options, seed: made.seed}});
  plain(`${made.artist}, ${made.bars} ${made.bars === 1 ? 'bar' : 'bars'} of ${made.time_signature} at ${Math.round(made.tempo)} bpm, seed ${made.seed}.`);
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => resolve(null), milliseconds);
    signal.addEventListener('abort', () => {
      window.clearTimeout(timer);
      reject(new DOMException('another request took its place', 'AbortError'));
    });
  });
}

/** Stop the research that runs. */
export async function stopResearch() {
  const {research} = session.value;
  begin();
  session.set({research: null});
  plain('The research was stopped. What was known before stays.');
  if (research) await api.cancel(research.research_task_id ?? research.task_id).catch((error) => failed(error, () => void stopResearch()));
}

/** The profile and who plays alike; an artist without one has none. @param {string} artist @param {AbortSignal} signal */
async function learn(artist, signal) {
  if (session.value.generation?.provisional) return;
  const [profile, similar] = await Promise.all([
    api.profile(artist, signal).catch(ignoreMissing),
    api.similar(artist, signal).catch(ignoreMissing),
  ]);
  session.set({profile: profile ?? null, similar: similar ?? []});
}

/** @param {unknown} error @returns {null} */
function ignoreMissing(error) {
  if (error instanceof api.Problem && error.status === 404) return null;
  throw error;
}

/** Look for more of the artist's evidence. */
export async function augment() {
  const {artist} = session.value;
  const signal = begin();
  busy(`Looking for more of ${artist} …`);
  try {
    const accepted = await api.augment(artist);
    await ended(accepted.task_id, signal, (task) => {
      session.set({research: task});
      busy(`Looking for more of ${artist}: ${task.message}`);
    });
    session.set({research: null});
    plain(`The profile of ${artist} is up to date.`);
    await learn(artist, signal);
  } catch (error) {
    failed(error, () => void augment());
  }
}

/** A file of one's own, played as the artist, or as people, would. @param {File} file */
export async function humanise(file) {
  if (!/\.(mid|midi|kar|smf|rmi)$/i.test(file.name)) {
    const audio = /\.(wav|mp3|flac|ogg|m4a|aiff?)$/i.test(file.name);
    session.set({status: {kind: 'error', text: audio ? `${file.name} is a recording: only MIDI files can be dropped here.` : `${file.name} is no MIDI file: drop a .mid.`}});
    return;
  }
  if (file.size > MAX_FILE) {
    session.set({status: {kind: 'error', text: `${file.name} is larger than ${MAX_FILE / 1000} kB: export the drum track alone.`}});
    return;
  }
  const signal = begin();
  const like = session.value.profile?.artist.name ?? null;
  busy(`Playing ${file.name} ${like ? `as ${like} would` : 'as people would'} …`);
  try {
    const data = new Uint8Array(await file.arrayBuffer());
    const played = await api.humanize({midi: base64(data), ...(like ? {artist: like} : {}), timing_amount: session.value.options.timing}, signal);
    const clip = clipOfNotes(file.name.replace(/\.[^.]*$/, ''), played.notes, headOf(data));
    session.set({clips: [clip, ...(session.value.song ? [] : session.value.clips.slice(0, 7))], song: null, chosen: 0, compared: null, tempo: null});
    plain([`${file.name} is played ${like ? `as ${like} would` : 'as people would'}.`, ...played.warnings].join(' '));
  } catch (error) {
    failed(error, () => void humanise(file));
  }
}

/** Write or take a stroke. @param {string} voice @param {number} step */
export function edit(voice, step) {
  const clip = chosenClip(session.value);
  if (!clip) return;
  const clips = session.value.clips.with(session.value.chosen, stepped(clip, voice, step));
  session.set({clips});
}

/** @param {ReadonlySet<string>} set @param {string} voice */
function toggled(set, voice) {
  const out = new Set(set);
  if (!out.delete(voice)) out.add(voice);
  return out;
}

/** @param {string} voice */
export function lock(voice) {
  session.set({locked: toggled(session.value.locked, voice)});
}

/** @param {string} voice */
export function mute(voice) {
  session.set({muted: toggled(session.value.muted, voice)});
}

/** Who is known, for the first visit and for completion. */
export async function meet() {
  try {
    const known = await api.artists('', 60);
    session.set({known: known.filter((artist) => artist.confidence !== null)});
  } catch (error) {
    failed(error, () => void meet());
  }
}
