import { connect } from '/presence-client.js';
import { watch } from '/presence-watch.js';
import { pageOf, socketUrl, token } from './app/address.js';
import { BoardList } from './app/board-list.js';
import { boardsToShow } from './app/boards.js';
import { $ } from './ui/dom.js';
import { recallTheme } from './ui/theme.js';

const AVATARS = 5;
const WORDS = {
  connecting: 'Connecting…', reconnecting: 'Reconnecting…', offline: 'You are offline',
};

recallTheme();

const list = new BoardList($('boards'), AVATARS, pageOf);
const boards = boardsToShow(new URLSearchParams(location.search), () => localStorage);
const connection = connect(socketUrl(), { token });
let refusal = '';

function showState() {
  const { state } = connection;
  $('summary').textContent = state === 'open' && !refusal ? list.summary() : refusal || WORDS[state] || 'Not connected';
}

list.name(boards);
connection.on('state', showState);
connection.on('error', ({ code, message }) => {
  if (code !== 'unreachable') refusal = message;
  showState();
});
watch(connection, boards, { avatars: AVATARS }, (known) => {
  refusal = '';
  list.show(known);
  showState();
});

$('open').addEventListener('submit', (event) => {
  event.preventDefault();
  // Names of boards have no white space.
  location.href = pageOf($('new-board').value.trim().replace(/\s+/g, '-'));
});
