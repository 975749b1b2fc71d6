// The sections of the page: each shows a part of what the node answers to /overview.
import { byId, setFacts, setRows, setText } from './elements.js';
import { bound, clock, difference, duration, percentile, tenths, whole, words } from './figures.js';

const NONE = 'none';
const HIDDEN = 'PRESENCE_OPS_DETAILS=on shows';

export function showNode({ stats }) {
  setText(byId('label'), stats.label || stats.node.slice(0, 8));
  const title = `${stats.label || stats.node.slice(0, 8)} · Presence node`;
  if (document.title !== title) document.title = title;
  setFacts(byId('node'), [
    ['Node id', stats.node],
    ['Label', stats.label || NONE],
    ['Version', stats.version],
    ['Up for', duration(stats.uptime_seconds)],
    ['Connections', whole(stats.local_connections)],
    ['Members', whole(stats.local_members)],
    ['Users', whole(stats.local_users)],
    ['Boards', whole(stats.boards)],
  ]);
}

export function showRedis({ ready: { redis, reason } }) {
  const part = (name, works) => [name, works ? 'works' : 'down', works ? 'good' : 'bad'];
  setFacts(byId('redis'), !redis.enabled ? [['State', 'off: a single node']] : [
    ['State', redis.up ? 'up' : 'down', redis.up ? 'good' : 'bad'],
    ...(redis.up ? [] : [['Reason', reason]]),
    part('Connection for commands', redis.commands),
    part('Connection for cursors', redis.cursors),
    part('Subscription', redis.subscriber),
    part('Own heartbeats come back', redis.hears_itself),
    ['Writes refused with', redis.writes_refused || NONE, redis.writes_refused ? 'bad' : ''],
  ]);
}

export function showRates({ stats: { rates } }) {
  setFacts(byId('rates'), Object.entries(rates).map(([name, rate]) => [words(name), tenths(rate)]));
}

export function showCluster({ stats, instances }) {
  const users = stats.total_users === null ? 'users unknown while Redis is away' : `${whole(stats.total_users)} users`;
  setText(byId('totals'), `${whole(stats.total_instances)} nodes, ${whole(stats.total_connections)} connections, `
    + `${whole(stats.total_members)} members, ${users}; other nodes as they reported last.`);
  setRows(byId('instances'), instances.map(({ node, label, connections, members, silent_ms: silent }, at) => [
    { text: label || node.slice(0, 8), small: node },
    { text: whole(connections), isNumber: true },
    { text: whole(members), isNumber: true },
    { text: at ? `${tenths(silent / 1000)} s ago` : 'this node', isNumber: true },
  ]));
}

export function showWarnings({ warnings: { total, latest } }) {
  const hidden = latest ? '' : ` ${HIDDEN} them here.`;
  setText(byId('warnings-note'), `${whole(total)} warnings and errors since the start.${hidden}`);
  setRows(byId('warnings'), (latest ?? []).map(({ level, source, text, count, last_ms: lastMs }) => {
    const { day, time } = clock(lastMs);
    return [{ text: time, small: day }, { text: whole(count), isNumber: true }, { text, small: `${level} ${source}` }];
  }), latest ? NONE : 'hidden');
}

export function showBoards({ boards: { count, largest } }) {
  const hidden = largest ? 'The largest are listed, with their members on all nodes.' : `${HIDDEN} their names here.`;
  setText(byId('boards-note'), `${whole(count)} boards on this node. ${hidden}`);
  setRows(byId('boards'), (largest ?? []).map(({ board, members }) => [
    { text: board },
    { text: whole(members), isNumber: true },
  ]), largest ? NONE : 'hidden');
}

export function showClosed({ closed }) {
  const rows = Object.entries(closed).filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  setRows(byId('closed'), rows.map(counted), NONE);
}

export function showEvents({ events }) {
  setRows(byId('events'), Object.entries(events).map(counted), NONE);
}

function counted([name, count]) {
  return [{ text: words(name) }, { text: whole(count), isNumber: true }];
}

/** @param earlier the histograms of an earlier answer of the same node */
export function showHistograms({ histograms }, earlier) {
  const list = byId('histograms');
  for (const histogram of histograms) {
    const { name } = histogram;
    const figure = byId(name) ?? list.appendChild(newHistogram(name));
    const recent = difference(histogram, earlier.find((each) => each.name === name));
    const largest = histogram.buckets.at(-1)?.le_ms ?? 0;
    const [middle, most] = [0.5, 0.99].map((share) => percentile(recent, share));
    setText(figure.querySelector('h3'), words(name.replace('presence_', '')));
    setText(figure.querySelector('.note'), `${histogram.meaning}. ` + (middle === null
      ? 'Nothing was counted.'
      : `Half ${bound(middle, largest)}, 99 in 100 ${bound(most, largest)}.`));
    const total = difference(histogram).buckets;
    const top = Math.max(1, ...recent.buckets.map(({ count }) => count));
    setRows(figure.querySelector('tbody'), recent.buckets.map(({ upTo, count }, at) => [
      { text: bound(upTo, largest), isNumber: true },
      { share: count / top },
      { text: whole(count), isNumber: true },
      { text: whole(total[at].count), isNumber: true },
    ]));
  }
}

function newHistogram(name) {
  const make = (tag, children = [], properties = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const title = make('h3', [], { id: `${name}-title` });
  const head = (text, className) => make('th', [text], { scope: 'col', className });
  const table = make('table', [
    make('thead', [make('tr', [
      head('Duration', 'number'),
      head(make('span', ['Share'], { className: 'unseen' }), 'share'),
      head('Last minute', 'number'),
      head('Since start', 'number'),
    ])]),
    make('tbody'),
  ]);
  table.setAttribute('aria-labelledby', title.id);
  return make('figure', [
    make('figcaption', [title, make('p', [], { className: 'note' })]),
    table,
  ], { id: name });
}
