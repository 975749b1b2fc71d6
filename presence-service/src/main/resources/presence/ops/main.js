// Asks the node for /overview while the page is visible and not paused, and shows the answer.
import { byId, setText } from './elements.js';
import { clock } from './figures.js';
import * as sections from './sections.js';

const EVERY_MS = 2_000;
const PATIENCE_MS = 10_000;
const RECENT_MS = 60_000;

const { showHistograms, ...others } = sections;
/** The histograms of the answers of the last minute, the oldest first. */
let history = [];
let node;
let answeredAt;
let isPaused = false;
let isAsking = false;
let timer;

async function ask() {
  clearTimeout(timer);
  if (isAsking) return;
  isAsking = true;
  try {
    const response = await fetch('/overview', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
  } catch (error) {
    showLost(error);
  }
  isAsking = false;
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (!isPaused && !document.hidden) timer = setTimeout(ask, EVERY_MS);
}

function show(overview) {
  const now = performance.now();
  if (overview.stats.node !== node) history = [];
  node = overview.stats.node;
  answeredAt = Date.now();
  for (const section of Object.values(others)) section(overview);
  history = history.filter(({ at }) => now - at < RECENT_MS);
  showHistograms(overview, (history[0] ?? overview).histograms);
  history.push({ at: now, histograms: overview.histograms });
  const { state, reason } = overview.ready;
  showState(state, reason ? `${state}: ${reason}` : state);
  setText(byId('updated'), `Updated ${clock(answeredAt).time}`);
}

function showLost(error) {
  const since = answeredAt ? ` since ${clock(answeredAt).time}` : '';
  showState('lost', `no answer${since}`);
  setText(byId('updated'), `The last request failed: ${error.message}`);
}

function showState(state, text) {
  const badge = byId('state');
  setText(badge, text);
  badge.dataset.state = state;
  document.body.classList.toggle('stale', state === 'lost');
}

byId('pause').addEventListener('click', () => {
  isPaused = !isPaused;
  setText(byId('pause'), isPaused ? 'Go on' : 'Pause');
  if (isPaused) clearTimeout(timer);
  else ask();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else if (!isPaused) ask();
});
ask();
