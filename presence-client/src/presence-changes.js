// No part of the API.
import { sameJson } from './presence-snapshots.js';

/** Tells a room, of the state it is given, what is new: canvases tell of every move and every change. */
export function changesOf(room) {
  const told = {};
  return (values) => {
    const news = Object.entries(values).filter(([name, value]) => !sameJson(told[name], value));
    if (news.length === 0 || room.closed) return;
    Object.assign(told, values);
    room.set(Object.fromEntries(news));
  };
}
