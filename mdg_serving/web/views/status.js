/** The one line that says what is being done, and the way of a research, source by source. */

import * as api from '../api/client.js';
import {stopResearch} from '../state/actions.js';
import {session} from '../state/session.js';
import {byId, el} from './dom.js';

/** @import {Task} from '../api/types.js' */

export function mountStatus() {
  const place = byId('status');
  session.watch(['status', 'research'], ({status, research}) => {
    place.className = `status ${status.kind}`;
    const {action} = status;
    place.replaceChildren(
      el('span', {class: 'said', text: status.text}),
      research ? el('span', {class: 'faint', text: placeAndTime(research)}) : '',
      research ? meter(research.progress) : '',
      research ? el('button', {type: 'button', class: 'quiet', text: 'Stop', onclick: () => void stopResearch()}) : '',
      action ? el('button', {type: 'button', class: 'quiet', text: action.label, onclick: action.run}) : '',
      status.kind === 'error' && status.text.includes('API key') ? keyField() : '',
      research?.sources?.length ? el('span', {class: 'sources'}, ...research.sources.map((source) => el('span', {
        class: `source ${source.status}`, title: source.message ?? source.status,
        text: source.documents ? `${source.source.replaceAll('_', ' ')} ${source.documents}` : source.source.replaceAll('_', ' '),
      }))) : '',
    );
  });
}

/** @param {Task} research */
function placeAndTime({position, estimate_seconds: seconds}) {
  const place = position && position > 1 ? `place ${position} in the queue` : '';
  const time = seconds ? (seconds > 90 ? `about ${Math.round(seconds / 60)} minutes` : `about ${seconds} seconds`) : '';
  return [place, time].filter(Boolean).join(', ');
}

/** @param {number} progress */
function meter(progress) {
  return el('progress', {max: 100, value: progress, 'aria-label': 'Progress of the research'});
}

function keyField() {
  const field = el('input', {type: 'password', 'aria-label': 'API key', placeholder: 'API key', autocomplete: 'off'});
  return el('form', {class: 'key', onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    api.keepKey(field.value);
    session.value.status.action?.run();
  }}, field, el('button', {type: 'submit', class: 'quiet', text: 'Use it'}));
}
