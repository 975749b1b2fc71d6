const ENUMS = {
  STATUS_: ['active', 'idle', 'away', 'busy'],
  LEAVE_REASON_: ['left', 'timed_out', 'node_lost', 'kicked'],
  LOCK_STATE_: ['granted', 'denied', 'queued'],
};
const LONG = new Set(['version', 'joinedAtMs', 'clientTimeMs', 'serverTimeMs', 'afterVersion', 'fencing']);
/** Optional in client.proto: there even if zero. `users` in watched boards only, `total` in rosters only. */
const OPTIONAL = new Set(['id', 'retryAfterMs', 'inReplyTo', 'users', 'total']);

/** A decoded frame as protobuf's own JSON, in which what is unset or a default is left out. */
export function protoJson(message) {
  return Object.fromEntries(Object.entries(message).flatMap(([name, value]) => {
    const json = fieldJson(name, value);
    const absent = [0, false, '', '0'].includes(json) || (Array.isArray(json) && json.length === 0)
      || (value instanceof Map && value.size === 0);
    return absent && !OPTIONAL.has(name) ? [] : [[name, json]];
  }));
}

function fieldJson(name, value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, fieldJson('', entry)]));
  if (Array.isArray(value)) return value.map((entry) => fieldJson('', entry));
  if (typeof value === 'object') return protoJson(value);
  if (name === 'status' || name === 'reason' || (name === 'state' && typeof value === 'string')) {
    for (const [prefix, names] of Object.entries(ENUMS)) if (names.includes(value)) return prefix + value.toUpperCase();
  }
  return LONG.has(name) ? String(value) : value;
}
