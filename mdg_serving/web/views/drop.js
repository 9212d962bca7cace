/** A file that is dropped anywhere on the page is played by people. */

import {humanise} from '../state/actions.js';
import {byId} from './dom.js';

export function mountDrop() {
  const shade = byId('drop');
  let depth = 0;
  /** @param {DragEvent} event */
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  window.addEventListener('dragenter', (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    shade.hidden = false;
  });
  window.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    shade.hidden = depth === 0;
  });
  window.addEventListener('dragover', (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    depth = 0;
    shade.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void humanise(file);
  });
}
