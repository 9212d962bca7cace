/** Making elements. Text is always text: nothing that comes from outside is read as HTML. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [how] attributes; `on...` are listeners, `class` and `text` what they say
 * @param {(Node|string|null|undefined|false)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, how = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(how)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = String(value);
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string|number>} how @param {Node[]} children */
export function svg(tag, how = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(how)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

const SHAPES = /** @type {Record<string, string>} */ ({
  play: 'M7 5l12 7-12 7z', stop: 'M7 7h10v10H7z', lock: 'M7 11h10v8H7zM9 11V8a3 3 0 016 0v3',
  mute: 'M5 10h3l4-4v12l-4-4H5zM15 10l4 4M19 10l-4 4', sound: 'M5 10h3l4-4v12l-4-4H5zM15 9q2 3 0 6M17.5 7q4 5 0 10',
  drag: 'M12 4v10m0 0l-4-4m4 4l4-4M5 18h14', theme: 'M12 4a8 8 0 100 16zM12 4a8 8 0 010 16',
});

/** @param {keyof typeof SHAPES} name */
export function icon(name) {
  return svg('svg', {viewBox: '0 0 24 24', class: 'shape', 'aria-hidden': 'true'}, svg('path', {d: SHAPES[name] ?? ''}));
}
