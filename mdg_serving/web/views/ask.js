/** The name field, with the known artists as one types. */

import * as api from '../api/client.js';
import {askFor} from '../state/actions.js';
import {session} from '../state/session.js';
import {byId, el} from './dom.js';

/** @import {ListedArtist} from '../api/types.js' */

const SHOWN = 7;

export function mountAsk() {
  const form = byId('ask');
  const list = el('ul', {id: 'names', class: 'names', role: 'listbox', hidden: true, 'aria-label': 'Known artists'});
  const field = el('input', {
    id: 'artist', type: 'text', maxlength: 200, placeholder: 'Any artist or band', 'aria-label': 'Artist or band', spellcheck: 'false',
    role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'names', 'aria-autocomplete': 'list', autofocus: true, autocapitalize: 'words',
  });
  const go = el('button', {type: 'submit', class: 'primary', text: 'Generate'});
  form.append(el('div', {class: 'field'}, field, list), go);
  let asked = 0;
  let marked = -1;

  const close = () => {
    list.hidden = true;
    marked = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  /** @param {string} name */
  const choose = (name) => {
    field.value = name;
    close();
    void askFor(name);
  };

  /** @param {ListedArtist[]} found */
  const open = (found) => {
    const known = found.filter((artist) => artist.name).slice(0, SHOWN);
    list.replaceChildren(...known.map((artist, at) => el(
      'li', {id: `name-${at}`, role: 'option', 'aria-selected': 'false', onmousedown: (/** @type {Event} */ event) => { event.preventDefault(); choose(artist.name); }},
      el('span', {text: artist.name}),
      el('span', {class: 'faint', text: artist.confidence === null ? 'not known yet' : `${Math.round(artist.confidence * 100)} %`}),
    )));
    list.hidden = known.length === 0;
    field.setAttribute('aria-expanded', known.length ? 'true' : 'false');
    marked = -1;
  };

  /** @param {number} at */
  const mark = (at) => {
    const items = [...list.children];
    if (!items.length) return;
    marked = (at + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute('aria-selected', i === marked ? 'true' : 'false'));
    field.setAttribute('aria-activedescendant', `name-${marked}`);
  };

  field.addEventListener('input', async () => {
    asked += 1;
    const mine = asked;
    const text = field.value.trim();
    if (!text) {
      close();
      return;
    }
    const found = await api.artists(text, SHOWN).catch(() => []);
    if (mine === asked && document.activeElement === field) open(found);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (list.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      mark(event.key === 'ArrowDown' ? marked + 1 : marked - 1);
    }
    if (event.key === 'Enter' && marked >= 0) {
      event.preventDefault();
      choose(list.children[marked]?.firstChild?.textContent ?? field.value);
    }
  });
  field.addEventListener('blur', close);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    asked += 1;
    close();
    void askFor(field.value);
  });
  session.watch(['artist'], ({artist}) => {
    if (document.activeElement !== field || !field.value) field.value = artist;
  });
}
