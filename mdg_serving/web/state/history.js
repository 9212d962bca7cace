/** The last requests, in this browser alone. A request with its seed gives its clips again. */

/** @import {Request} from '../api/types.js' */

const PLACE = 'mdg-history';
const MOST = 24;

/** @typedef {{request: Request, artist: string, tempo: number, at: number}} Past */

/** @returns {Past[]} the latest first */
export function past() {
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(found) ? found.filter((item) => item && item.request && item.artist) : [];
  } catch {
    return [];
  }
}

/** @param {Past} item */
export function remember(item) {
  const same = JSON.stringify(item.request);
  const rest = past().filter((other) => JSON.stringify(other.request) !== same);
  localStorage.setItem(PLACE, JSON.stringify([item, ...rest].slice(0, MOST)));
}
