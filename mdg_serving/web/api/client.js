/** The API in functions. An answer that is an error becomes a `Problem` with a sentence for the person. */

/** @import {Request, Generation, Song, Accepted, Task, Profile, Similar, ListedArtist, Humanized} from './types.js' */

const ROOT = '/api/v1';
const KEY = 'mdg-key';

/** An answer that is no success, in words. `status` is 0 where nobody answered. */
export class Problem extends Error {
  /** @param {string} message @param {number} status @param {any} [body] */
  constructor(message, status, body = null) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** @param {string} key */
export function keepKey(key) {
  sessionStorage.setItem(KEY, key.trim());
}

/**
 * @param {string} path below the root of the API, or a path of its own that begins with a slash
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [how]
 * @returns {Promise<Response>} of a success
 */
async function ask(path, how = {}) {
  /** @type {Record<string, string>} */
  const headers = {'X-MDG-Client': 'page'};
  const key = sessionStorage.getItem(KEY);
  if (key) headers['X-API-Key'] = key;
  if (how.body !== undefined) headers['Content-Type'] = 'application/json';
  const url = path.startsWith('/') ? path : `${ROOT}/${path}`;
  const method = how.method ?? (how.body === undefined ? 'GET' : 'POST');
  const body = how.body === undefined ? undefined : JSON.stringify(how.body);
  let answer;
  try {
    answer = await fetch(url, {method, headers, body, signal: how.signal ?? null});
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem('MidiDrumiGen does not answer. Start it with `mdg up`, then try again.', 0);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(sentence(answer.status, problem), answer.status, problem);
}

/** @param {number} status @param {any} problem */
function sentence(status, problem) {
  if (Array.isArray(problem.errors) && problem.errors.length) {
    return problem.errors.map((/** @type {any} */ e) => [e.field ?? e.loc, e.message ?? e.msg].filter(Boolean).join(': ')).join('; ');
  }
  return problem.detail || `the server answered ${status}`;
}

/** Clips, or where they come later the task that makes them; an unknown artist's comes with clips that stand in.
 * @param {Request} request @param {AbortSignal} signal
 * @returns {Promise<{done: Generation} | {accepted: Accepted}>} */
export async function generate(request, signal) {
  const answer = await ask('generate', {body: request, signal});
  return answer.status === 202 ? {accepted: await answer.json()} : {done: await answer.json()};
}

/** A whole song, or the task that makes it.
 * @param {{artist: string, form: string}} request @param {AbortSignal} signal
 * @returns {Promise<{done: Song} | {accepted: Accepted}>} */
export async function song(request, signal) {
  const answer = await ask('song', {body: request, signal});
  return answer.status === 202 ? {accepted: await answer.json()} : {done: await answer.json()};
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Task>} */
export async function task(id, signal) {
  return (await ask(`task/${encodeURIComponent(id)}`, {signal})).json();
}

/** @param {string} id */
export async function cancel(id) {
  await ask(`task/${encodeURIComponent(id)}/cancel`, {method: 'POST', body: {}});
}

/** @param {string} artist @param {AbortSignal} [signal] @returns {Promise<Profile>} */
export async function profile(artist, signal) {
  return (await ask(`artists/${encodeURIComponent(artist)}`, {signal})).json();
}

/** @param {string} q @param {number} limit @param {AbortSignal} [signal] @returns {Promise<ListedArtist[]>} */
export async function artists(q, limit, signal) {
  const query = new URLSearchParams({limit: String(limit), ...(q ? {q} : {})});
  return (await (await ask(`artists?${query}`, {signal})).json()).artists;
}

/** @param {string} artist @param {AbortSignal} [signal] @returns {Promise<Similar[]>} */
export async function similar(artist, signal) {
  return (await (await ask(`similar/${encodeURIComponent(artist)}?limit=6`, {signal})).json()).similar;
}

/** @param {string} artist @returns {Promise<{task_id: string, message: string}>} */
export async function augment(artist) {
  return (await ask(`augment/${encodeURIComponent(artist)}`, {method: 'POST', body: {}})).json();
}

/** @param {{midi: string, artist?: string|null, timing_amount?: number, velocity_amount?: number, seed?: number}} body @param {AbortSignal} signal @returns {Promise<Humanized>} */
export async function humanize(body, signal) {
  return (await ask('humanize', {body, signal})).json();
}

/** @param {string} url @returns {Promise<Uint8Array>} */
export async function bytes(url) {
  return new Uint8Array(await (await ask(url)).arrayBuffer());
}
