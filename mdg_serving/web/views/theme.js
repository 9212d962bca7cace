/** Light or dark: as the system is, until the person says otherwise. */

import {byId, icon} from './dom.js';

const PLACE = 'mdg-theme';

export function mountTheme() {
  const button = byId('theme');
  const set = (/** @type {string|null} */ theme) => {
    if (theme) document.documentElement.dataset['theme'] = theme;
  };
  set(localStorage.getItem(PLACE));
  button.append(icon('theme'));
  button.addEventListener('click', () => {
    const now = document.documentElement.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    const theme = now === 'dark' ? 'light' : 'dark';
    localStorage.setItem(PLACE, theme);
    set(theme);
  });
}
