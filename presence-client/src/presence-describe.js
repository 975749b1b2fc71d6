// Frames as a line each. Secrets (tokens, resume keys) are not in them.
import { utf8Decoder } from './presence-wire.js';

const MOST_NAMES = 8;
const MOST_CHARACTERS = 60;

/** @param boardOf gives the name of a board ref, if it is known */
export function describeFrame(frame, boardOf = () => undefined) {
  const [kind, body] = Object.entries(frame).find(([name]) => name !== 'id') ?? ['unknown', {}];
  const id = frame.id === undefined ? '' : `#${frame.id} `;
  const ref = body.boardRef;
  const board = body.board ?? boardOf(ref) ?? (ref ? `ref ${ref}` : undefined);
  const words = (WORDS[kind] ?? (() => []))(body);
  return [`${id}${kind}`, board !== undefined && JSON.stringify(board), ...words].filter(Boolean).join(' ');
}

const WORDS = {
  join: ({ profile, status, state, observer, resumeKey, rosterLimit }) => [
    shown(profile), status, state.size && mapOf(state), observer && 'as observer', resumeKey.length && 'resuming',
    rosterLimit && `asking for ${rosterLimit} members`,
  ],
  cursor: ({ x, y, hidden }) => [positionOf(x, y), hidden && 'hidden'],
  state: changesOf,
  // One kind of either side: `to` is the client's, `from` the node's.
  signal: ({ from, type, payload, to }) => [
    from !== undefined && `from ${from || 'the operator'}`, JSON.stringify(type), valueOf(payload), to?.length && `to ${to.join()}`,
  ],
  auth: ({ token }) => [`a token of ${token.length} characters`],
  welcome: ({ nodeId, serverLabel, connectionId, heartbeatIntervalMs, maxCursorHz }) => [
    `of node ${nodeId}`, serverLabel, `connection ${connectionId}`, `heartbeat every ${heartbeatIntervalMs} ms`, `${maxCursorHz} cursors/s`,
  ],
  roster: ({ boardRef, you, members, more, total }) => [
    `ref ${boardRef}`, you ? `you are ${you}` : 'you observe', `members: ${listOf(members, memberOf) || 'none'}`, more && '…',
    total !== undefined && `of ${total}`,
  ],
  change: ({ left, joined, updated, more, page }) => [
    left.length && `left: ${listOf(left, ({ slot, reason }) => `${slot} ${reason}`.trim())};`,
    joined.length && `joined: ${listOf(joined, memberOf)};`,
    updated.length && `updated: ${listOf(updated, (update) => [update.slot, ...changesOf(update)].filter(Boolean).join(' '))};`,
    more && '…',
    page && `a page; ${page.next ? `the next from ${page.next}` : 'the last one'}, of ${page.total}`,
  ],
  rosterPage: ({ from, limit }) => [`from ${from}`, limit && `at most ${limit}`],
  cursors: ({ slot, x, y, ageMs, hidden }) => [
    listOf(slot, (each, i) => `${each} at ${positionOf(x[i], y[i])}${hidden.includes(each) ? ' hidden' : ''} (${ageMs[i]} ms old)`),
  ],
  error: ({ code, message, retryAfterMs, inReplyTo }) => [
    `${code}:`, message, retryAfterMs !== undefined && `again after ${retryAfterMs} ms`, inReplyTo !== undefined && `in reply to #${inReplyTo}`,
  ],
  goingAway: ({ reconnectAfterMs, reason }) => [reason, `reconnect after ${reconnectAfterMs} ms`],
  pace: ({ maxCursorHz }) => [`${maxCursorHz} cursors/s`],
  watch: ({ board, avatars }) => [`${board.length} boards, ${avatars} avatars of each`],
  watched: ({ boards }) => [listOf(boards, ({ board, members, error }) => `${JSON.stringify(board)} ${error || members}`)],
  react: ({ type }) => [JSON.stringify(type)],
  reactions: ({ reactions }) => [listOf(reactions, ({ type, count }) => `${count} ${JSON.stringify(type)}`)],
  viewport: ({ x, y, width, height, follow }) => [
    `${width / 16} × ${height / 16} at ${positionOf(x, y)}`, follow.length && `following ${follow.join()}`,
  ],
  density: ({ x, y, cell, columns, counts }) => [
    `${counts.reduce((sum, count) => sum + count, 0)} in ${columns} × ${columns ? counts.length / columns : 0} cells of ${cell / 16} from ${positionOf(x, y)}`,
  ],
  lock: ({ name, ttlMs, wait }) => [JSON.stringify(name), `for ${ttlMs} ms`, wait && 'waiting'],
  unlock: ({ name }) => [JSON.stringify(name)],
  locks: ({ held, released, all, more }) => [
    all && 'all', held.length && `held: ${listOf(held, ({ name, fencing }) => `${JSON.stringify(name)} ${fencing}`)};`,
    released.length && `released: ${listOf(released, (name) => JSON.stringify(name))};`, more && '…',
  ],
  lockResult: ({ name, state, fencing, ttlMs }) => [JSON.stringify(name), state, `${fencing} for ${ttlMs} ms`],
  counts: ({ members, observers, users }) => [`${members} members, ${observers} observers, ${users} users`],
};

function changesOf({ set, unset, profile, status }) {
  return [set.size && `set ${mapOf(set)}`, unset.length && `unset ${unset.join()}`, shown(profile), status];
}

const memberOf = ({ slot, profile, status }) => `${slot} ${shown(profile)} ${status}`.replace(/\s+/g, ' ').trim();

const shown = (profile) => profile && JSON.stringify(profile.name);

const positionOf = (x, y) => `${x / 16},${y / 16}`;

const mapOf = (state) => `{${listOf([...state], ([name, bytes]) => `${name}: ${valueOf(bytes)}`)}}`;

const listOf = (items, words) =>
  items.slice(0, MOST_NAMES).map(words).join(', ') + (items.length > MOST_NAMES ? ` and ${items.length - MOST_NAMES} more` : '');

function valueOf(bytes) {
  const text = utf8Decoder.decode(bytes.subarray(0, 4 * MOST_CHARACTERS));
  if (/[\p{Cc}\ufffd]/u.test(text)) return `<${bytes.length} bytes>`;
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}… (${bytes.length} bytes)` : text;
}
