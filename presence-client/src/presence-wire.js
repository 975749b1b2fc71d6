// The messages of client.proto. decode throws nothing but this.
export class WireError extends Error {
  name = 'WireError';
}

const VARINT = 0, LENGTH = 2;
const FIXED_BYTES = { 1: 8, 5: 4 };
export const utf8Encoder = new TextEncoder();
export const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get done() {
    return this.#at >= this.#bytes.length;
  }

  varint() {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('malformed frame');
  }

  block() {
    return this.#take(this.varint());
  }

  skip(wire) {
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.block();
    else if (FIXED_BYTES[wire]) this.#take(FIXED_BYTES[wire]);
    else throw new WireError('malformed frame');
  }

  #take(length) {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new WireError('malformed frame');
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function putVarint(out, value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no whole number from 0 up`);
  for (; value > 0x7f; value = Math.floor(value / 0x80)) out.push((value & 0x7f) | 0x80);
  out.push(value);
}

function putBlock(out, bytes) {
  putVarint(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function type(wire, zero, get, put) {
  return {
    wire, get, put,
    initial: () => zero,
    write(out, number, value) {
      if (value === zero || (value.length === 0 && zero !== undefined)) return;
      putVarint(out, number * 8 + wire);
      put(out, value);
    },
  };
}

export const optional = ({ wire, get, put }) => type(wire, undefined, get, put);

export const uint64 = type(VARINT, 0, (reader) => reader.varint(), putVarint);
export const uint32 = type(VARINT, 0,
  (reader) => reader.varint() >>> 0,
  putVarint);
export const sint32 = type(VARINT, 0,
  (reader) => {
    const zigzag = reader.varint() >>> 0;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  },
  (out, value) => putVarint(out, value < 0 ? -2 * value - 1 : 2 * value));
export const bool = type(VARINT, false,
  (reader) => reader.varint() !== 0,
  (out, value) => putVarint(out, +value));
export const bytes = type(LENGTH, new Uint8Array(0), (reader) => reader.block().slice(), putBlock);
export const string = type(LENGTH, '',
  (reader) => utf8Decoder.decode(reader.block()),
  (out, value) => putBlock(out, utf8Encoder.encode(value)));

export const enumeration = (...names) => type(VARINT, '',
  (reader) => names[reader.varint()] ?? '',
  (out, value) => {
    if (!names.includes(value)) throw new RangeError(`"${value}" is none of ${names.slice(1).join(', ')}`);
    putVarint(out, names.indexOf(value));
  });

export const repeated = (item) => ({
  ...item,
  packed: LENGTH,
  initial: () => [],
  get(reader, list, wire) {
    if (wire === item.wire) list.push(item.get(reader));
    else for (const packed = new Reader(reader.block()); !packed.done;) list.push(item.get(packed));
    return list;
  },
  write(out, number, list) {
    if (item.wire === LENGTH) {
      for (const value of list) optional(item).write(out, number, value);
    } else {
      const packed = [];
      for (const value of list) item.put(packed, value);
      bytes.write(out, number, packed);
    }
  },
});

// A Map, for names such as "__proto__".
const map = (item) => {
  const entry = message({ key: string, value: item });
  return {
    ...entry,
    initial: () => new Map(),
    get(reader, entries) {
      const { key, value } = entry.get(reader);
      return entries.set(key, value);
    },
    write(out, number, entries) {
      for (const [key, value] of entries) entry.write(out, number, { key, value });
    },
  };
};

// Fields are numbered in order.
export function message(fields) {
  const all = Object.entries(fields);

  function blank() {
    const value = {};
    all.forEach(([name, { initial }]) => { if (initial() !== undefined) value[name] = initial(); });
    return value;
  }

  function decode(frame, value = blank()) {
    const reader = new Reader(frame);
    while (!reader.done) {
      const tag = reader.varint();
      const wire = tag & 7;
      const [name, field] = all[(tag >>> 3) - 1] ?? [];
      if (wire !== field?.wire && wire !== field?.packed) {
        reader.skip(wire);
        continue;
      }
      value[name] = field.get(reader, value[name], wire);
    }
    return value;
  }

  function encode(value) {
    const out = [];
    all.forEach(([name, field], i) => {
      if (value[name] != null) field.write(out, i + 1, value[name]);
    });
    return out;
  }

  return {
    ...type(LENGTH, undefined,
      (reader, value) => decode(reader.block(), value),
      (out, value) => putBlock(out, encode(value))),
    decode,
    fields: all,
    encode: (value) => Uint8Array.from(encode(value)),
  };
}

const Status = enumeration('', 'active', 'idle', 'away', 'busy');
const LeaveReason = enumeration('', 'left', 'timed_out', 'node_lost', 'kicked');

export const Profile = message({
  userId: string,
  name: string,
  color: string,
  avatarUrl: string,
  device: string,
});

const Position = message({ x: sint32, y: sint32, hidden: bool });

const Member = message({
  slot: uint32,
  memberId: bytes,
  profile: Profile,
  status: Status,
  state: map(bytes),
  version: uint64,
  cursor: Position,
  joinedAtMs: uint64,
});

export const ClientFrame = message({
  id: optional(uint32),
  join: message({
    board: string,
    profile: Profile,
    state: map(bytes),
    resumeKey: bytes,
    observer: bool,
    status: Status,
    newKey: bytes,
    afterVersion: uint64,
    counts: bool,
    rosterLimit: uint32,
    reactions: bool,
    locks: bool,
  }),
  leave: message({ boardRef: uint32 }),
  cursor: message({ boardRef: uint32, x: sint32, y: sint32, hidden: bool }),
  state: message({
    boardRef: uint32,
    set: map(bytes),
    unset: repeated(string),
    profile: Profile,
    status: Status,
  }),
  signal: message({ boardRef: uint32, type: string, payload: bytes, to: repeated(uint32) }),
  heartbeat: message({ clientTimeMs: uint64 }),
  auth: message({ token: string }),
  react: message({ boardRef: uint32, type: string }),
});

export const ServerFrame = message({
  welcome: message({
    nodeId: string,
    connectionId: string,
    protocol: string,
    heartbeatIntervalMs: uint32,
    maxCursorHz: uint32,
    serverTimeMs: uint64,
    limits: message({
      maxFrameBytes: uint32,
      maxBoardIdBytes: uint32,
      maxNameBytes: uint32,
      maxStateBytes: uint32,
      maxStateKeys: uint32,
      maxSignalBytes: uint32,
      maxBoards: uint32,
    }),
    serverLabel: string,
  }),
  roster: message({
    board: string,
    boardRef: uint32,
    you: uint32,
    resumeKey: bytes,
    members: repeated(Member),
    more: bool,
  }),
  change: message({
    boardRef: uint32,
    left: repeated(message({ slot: uint32, reason: LeaveReason })),
    joined: repeated(Member),
    updated: repeated(message({
      slot: uint32,
      profile: Profile,
      status: Status,
      set: map(bytes),
      unset: repeated(string),
      version: uint64,
    })),
    more: bool,
  }),
  cursors: message({
    boardRef: uint32,
    slot: repeated(uint32),
    x: repeated(sint32),
    y: repeated(sint32),
    ageMs: repeated(uint32),
    hidden: repeated(uint32),
  }),
  signal: message({ boardRef: uint32, from: uint32, type: string, payload: bytes }),
  heartbeatAck: message({ clientTimeMs: uint64, serverTimeMs: uint64 }),
  error: message({
    code: string,
    message: string,
    retryAfterMs: optional(uint32),
    inReplyTo: optional(uint32),
    boardRef: uint32,
  }),
  goingAway: message({ reconnectAfterMs: uint32, reason: string }),
  pace: message({ boardRef: uint32, maxCursorHz: uint32 }),
  counts: message({ boardRef: uint32, members: uint32, observers: uint32, users: uint32 }),
  reactions: message({ boardRef: uint32, reactions: repeated(message({ type: string, count: uint32 })) }),
});
