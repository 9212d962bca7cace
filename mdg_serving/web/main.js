/** Puts the views on the page; a name in the address is asked for at once. */

import {askFor, meet} from './state/actions.js';
import {session} from './state/session.js';
import {mountAsk} from './views/ask.js';
import {mountControls} from './views/controls.js';
import {byId, el} from './views/dom.js';
import {mountDrop} from './views/drop.js';
import {mountGrid} from './views/grid.js';
import {mountSide} from './views/side.js';
import {mountStatus} from './views/status.js';
import {mountTheme} from './views/theme.js';
import {mountTransport} from './views/transport.js';
import {mountVariations} from './views/variations.js';
import {mountWelcome} from './views/welcome.js';

mountTheme();
mountAsk();
mountStatus();
mountWelcome();
mountVariations();
const player = mountTransport();
mountGrid(() => player.position());
mountControls();
mountSide();
mountDrop();
session.watch(['generation'], ({generation}) => {
  byId('notes').replaceChildren(...(generation?.notes ?? []).map((note) => el('p', {class: 'faint', text: note})));
});
void meet();
const named = new URLSearchParams(location.search).get('artist');
if (named) void askFor(named);
