import { basicSetup, EditorView } from 'codemirror';
import { connect } from 'presence-client';
import { safeColor } from 'presence-client/safe';
import { PresenceAwareness } from 'presence-client/yjs';
import { yCollab } from 'y-codemirror.next';
import * as Y from 'yjs';
import { boardOr, color, name, url } from '../visitor.js';
import { syncDocument } from './sync.js';
import './style.css';

const connection = connect(url, { heartbeatMs: 5000 });
showConnection();

const room = await connection.join(boardOr('yjs'), { name, color });
const doc = new Y.Doc();
const text = doc.getText('text');
const awareness = new PresenceAwareness(room, doc);
awareness.setLocalStateField('user', { name, color, colorLight: `${color}33` });
syncDocument(doc, room);

new EditorView({
  parent: document.getElementById('editor'),
  doc: text.toString(),
  extensions: [basicSetup, EditorView.lineWrapping, yCollab(text, awareness)],
}).focus();

awareness.on('change', showPeople);
showPeople();

function showPeople() {
  document.getElementById('people').replaceChildren(...[...awareness.getStates()].map(([client, { user }]) => {
    const item = document.createElement('li');
    item.dataset.testid = 'person';
    item.textContent = client === awareness.clientID ? `${user?.name} (you)` : user?.name ?? 'Anonymous';
    item.style.setProperty('--color', safeColor(user?.color, '#64748b'));
    return item;
  }));
}

function showConnection() {
  const badge = document.getElementById('connection');
  const show = () => {
    badge.textContent = badge.dataset.state = connection.state;
    badge.title = `node ${connection.nodeId}`;
  };
  connection.on('state', show);
  connection.on('error', (error) => { badge.textContent = error.message; });
  show();
}
