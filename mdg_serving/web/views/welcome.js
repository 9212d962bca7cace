/** The first visit: who is known already, one click from a clip. */

import {askFor} from '../state/actions.js';
import {session} from '../state/session.js';
import {byId, el} from './dom.js';

export function mountWelcome() {
  const place = byId('welcome');
  session.watch(['clips', 'known', 'status'], ({clips, known, status}) => {
    place.hidden = clips.length > 0;
    if (clips.length) return;
    const shown = known.slice(0, 12);
    place.replaceChildren(
      el('h2', {text: 'Type a name. Hear how they play.'}),
      el('p', {class: 'lead', text: 'Any artist or band is researched, and clips in the style of their drumming are made to drag into your DAW.'}),
      shown.length === 0 ? '' : el('p', {class: 'faint', text: 'Known already:'}),
      shown.length === 0 ? '' : el('div', {class: 'chips'}, ...shown.map((artist) => el('button', {type: 'button', class: 'chip', text: artist.name, onclick: () => void askFor(artist.name)}))),
      shown.length || status.kind === 'error' ? '' : el('p', {class: 'faint', text: 'Nobody is known yet: the first name takes some minutes.'}),
      el('p', {class: 'faint', text: 'Or drop a MIDI file of your own anywhere, to hear it played by people.'}),
    );
  });
}
