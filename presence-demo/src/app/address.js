import { friendlyName } from '../people/identity.js';

const parameters = new URLSearchParams(location.search);

export const boardId = parameters.get('board') || 'lobby';

/** Behind the #, which browsers keep to themselves. */
export const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;

/** The node of this page, or the one that `?ws=` names. A link must not send this page's token elsewhere. */
export function socketUrl() {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const here = new URL(`${scheme}//${location.host}/ws`);
  const named = parameters.get('ws');
  if (!named || token && parse(named)?.origin !== here.origin) return here.href;
  return named;
}

/** The page of a board, on this node and with this page's token. */
export const pageOf = (board) => `/?board=${encodeURIComponent(board)}${token === undefined ? '' : location.hash}`;

/** The page of all boards that this browser has been on. */
export const boardsPage = () => `/boards${token === undefined ? '' : location.hash}`;

/** To this board, for somebody else: without this visitor's name, and without the token. */
export function invitation() {
  const link = new URL(location.href);
  link.searchParams.delete('name');
  link.hash = '';
  return link;
}

export function secondVisitor() {
  const link = new URL(location.href);
  link.searchParams.set('name', friendlyName());
  return link;
}

/** This board on the page of the node that `?peer=` names, which links back; null without a usable one. */
export function peerPage() {
  const peer = parse(parameters.get('peer'));
  if (!peer || !['http:', 'https:'].includes(peer.protocol)) return null;
  peer.searchParams.set('board', boardId);
  peer.searchParams.set('name', friendlyName());
  peer.searchParams.set('peer', new URL('/', location.href).href);
  // A token goes nowhere else, not even to another port.
  peer.hash = peer.origin === location.origin ? location.hash : '';
  return peer;
}

/** This page, connected to another node's WebSocket; null if that is no address of one. */
export function throughNode(address) {
  const socket = parse(address);
  if (!socket || !['ws:', 'wss:'].includes(socket.protocol)) return null;
  const link = new URL(location.href);
  link.searchParams.set('ws', socket.href);
  return link;
}

function parse(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
