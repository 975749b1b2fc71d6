/**
 * presence.v1 on the wire: one protobuf message per binary WebSocket frame, without a protobuf
 * runtime. The tables in the second half repeat client.proto line by line and are all there is to
 * change when it grows; the first half knows protobuf and nothing about presence.
 *
 *     ClientFrame.encode({ id: 1, join: { board: 'board-42' } }) → Uint8Array
 *     ServerFrame.decode(bytes) → { roster: { board, members, … } }
 *
 * A decoded message has every plain field, with its default where the wire had none; a message, an
 * `optional` or a `oneof` field is there only if it was sent. Maps are `Map`s, because a name such
 * as "__proto__" comes from strangers; enums are lower-case names, '' for unspecified or unknown.
 */

/** The bytes are not a presence.v1 message. Nothing else is ever thrown by `decode`. */
export class WireError extends Error {
  name = 'WireError';
}

const VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5;
const NO_BYTES = new Uint8Array(0);
const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Reader {
  /** The upper half of the varint read last. */
  high = 0;
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get done() {
    return this.#at >= this.#bytes.length;
  }

  /** Returns the lower 32 bits and leaves the upper ones in `high`: no BigInt for a cursor. */
  varint() {
    let low = 0;
    this.high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new WireError('the frame ends within a number');
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift > 28) this.high |= bits << (shift - 32);
      else {
        low |= bits << 28;
        this.high = bits >>> 4;
      }
      if (byte < 0x80) {
        this.high >>>= 0;
        return low >>> 0;
      }
    }
    throw new WireError('a number is longer than 10 bytes');
  }

  /** A length and that many bytes, as a view of the frame. */
  block() {
    return this.#take(this.varint() + this.high * 2 ** 32);
  }

  skip(wire) {
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.block();
    else if (wire === FIXED64) this.#take(8);
    else if (wire === FIXED32) this.#take(4);
    else throw new WireError(`wire type ${wire} is not part of proto3`);
  }

  #take(length) {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new WireError(`the frame ends before ${length} bytes do`);
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }
}

class Writer {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** Any whole number up to 2^53, low bits first. */
  varint(value) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a uint: ${value}`);
    this.#reserve(8);
    for (; value > 0x7f; value = Math.floor(value / 0x80)) {
      this.#bytes[this.#length++] = (value % 0x80) | 0x80;
    }
    this.#bytes[this.#length++] = value;
  }

  tag(number, wire) {
    this.varint(number * 8 + wire);
  }

  block(bytes) {
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  finish() {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count) {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

// A field type knows its `initial` value in a fresh message, which wire types it `accepts`, how to
// `read` one occurrence given the value so far, and how to `write` itself, tag included.
// A type that can stand in a list or map also has a bare `get` and `put`.

function scalar(wire, zero, get, put) {
  return {
    wire, get, put,
    initial: () => zero,
    accepts: (seen) => seen === wire,
    read: get,
    write(writer, number, value) {
      if (value === zero || value.length === 0) return;
      writer.tag(number, wire);
      put(writer, value);
    },
  };
}

const uint64 = scalar(VARINT, 0, (r) => r.varint() + r.high * 2 ** 32, (w, v) => w.varint(v));
const uint32 = scalar(VARINT, 0, (r) => r.varint(), (w, v) => w.varint(within32(v, v >>> 0)));
const sint32 = scalar(VARINT, 0,
  (r) => { const zigzag = r.varint(); return (zigzag >>> 1) ^ -(zigzag & 1); },
  (w, v) => w.varint(((within32(v, v | 0) << 1) ^ (v >> 31)) >>> 0));
const bool = scalar(VARINT, false, (r) => (r.varint() | r.high) !== 0, (w, v) => w.varint(+v));
const bytes = scalar(LENGTH, NO_BYTES, (r) => r.block().slice(), (w, v) => w.block(v));
const string = scalar(LENGTH, '',
  (r) => utf8Decoder.decode(r.block()),
  (w, v) => w.block(utf8Encoder.encode(v)));

const enumeration = (...names) => scalar(VARINT, names[0],
  (r) => names[r.varint()] ?? names[0],
  (w, v) => w.varint(names.indexOf(v)));

function within32(value, truncated) {
  if (value !== truncated) throw new RangeError(`not a 32-bit integer: ${value}`);
  return value;
}

/** A scalar whose absence means something else than its default. */
const optional = (type) => ({
  ...type,
  initial: () => undefined,
  write(writer, number, value) {
    writer.tag(number, type.wire);
    type.put(writer, value);
  },
});

/** Numbers are written packed; when reading, packed and one by one are both right. */
const repeated = (type) => ({
  initial: () => [],
  accepts: (wire) => wire === type.wire || wire === LENGTH,
  read(reader, list, wire) {
    if (wire === type.wire) list.push(type.get(reader));
    else for (const packed = new Reader(reader.block()); !packed.done;) list.push(type.get(packed));
    return list;
  },
  write(writer, number, list) {
    if (type.wire === LENGTH) {
      for (const item of list) {
        writer.tag(number, LENGTH);
        type.put(writer, item);
      }
    } else if (list.length) {
      const packed = new Writer();
      for (const item of list) type.put(packed, item);
      writer.tag(number, LENGTH);
      writer.block(packed.finish());
    }
  },
});

/** Other writers put both halves of an entry on the wire, even empty ones; so do we. */
const map = (type) => {
  const entry = message({ key: [1, optional(string)], value: [2, optional(type)] });
  return {
    initial: () => new Map(),
    accepts: (wire) => wire === LENGTH,
    read(reader, entries) {
      const { key = string.initial(), value = type.initial() } = entry.get(reader);
      return entries.set(key, value);
    },
    write(writer, number, entries) {
      for (const [key, value] of entries) entry.write(writer, number, { key, value });
    },
  };
};

/** Both arguments are name → [number, type]; of the oneof only the last one sent counts. */
function message(fields, oneof = {}) {
  const all = Object.entries({ ...fields, ...oneof })
    .map(([name, [number, type]]) => ({ name, number, type }));
  const byNumber = new Map(all.map((field) => [field.number, field]));
  const rivals = Object.keys(oneof);

  function blank() {
    const value = {};
    for (const { name, type } of all) {
      const initial = type.initial();
      if (initial !== undefined) value[name] = initial;
    }
    return value;
  }

  function decode(frame, value = blank()) {
    const reader = new Reader(frame);
    while (!reader.done) {
      const tag = reader.varint();
      const wire = tag & 7;
      if (tag < 8) throw new WireError('field number 0 does not exist');
      const field = byNumber.get(tag >>> 3);
      if (!field?.type.accepts(wire)) {
        reader.skip(wire);
        continue;
      }
      if (field.name in oneof) for (const r of rivals) if (r !== field.name) delete value[r];
      value[field.name] = field.type.read(reader, value[field.name], wire);
    }
    return value;
  }

  function encode(value) {
    const writer = new Writer();
    for (const { name, number, type } of all) {
      if (value[name] != null) type.write(writer, number, value[name]);
    }
    return writer.finish();
  }

  return {
    decode: (frame) => decode(frame),
    encode,
    wire: LENGTH,
    get: (reader) => decode(reader.block()),
    put: (writer, value) => writer.block(encode(value)),
    initial: () => undefined,
    accepts: (wire) => wire === LENGTH,
    read: (reader, value) => decode(reader.block(), value),
    write(writer, number, value) {
      writer.tag(number, LENGTH);
      writer.block(encode(value));
    },
  };
}

// The messages, in the order of client.proto.

const Status = enumeration('', 'active', 'idle', 'away', 'busy');
const LeaveReason = enumeration('', 'left', 'timed_out', 'node_lost', 'kicked');

const Profile = message({
  userId: [1, string],
  name: [2, string],
  color: [3, string],
  avatarUrl: [4, string],
  device: [5, string],
});

const Position = message({ x: [1, sint32], y: [2, sint32], hidden: [3, bool] });

const Member = message({
  slot: [1, uint32],
  memberId: [2, bytes],
  profile: [3, Profile],
  status: [4, Status],
  state: [5, map(bytes)],
  version: [6, uint64],
  cursor: [7, Position],
  joinedAtMs: [8, uint64],
});

/** What a client says. */
export const ClientFrame = message({ id: [1, optional(uint32)] }, {
  join: [2, message({
    board: [1, string],
    profile: [2, Profile],
    state: [3, map(bytes)],
    resumeKey: [4, bytes],
    observer: [5, bool],
    status: [6, Status],
  })],
  leave: [3, message({ boardRef: [1, uint32] })],
  cursor: [4, message({
    boardRef: [1, uint32],
    x: [2, sint32],
    y: [3, sint32],
    hidden: [4, bool],
  })],
  state: [5, message({
    boardRef: [1, uint32],
    set: [2, map(bytes)],
    unset: [3, repeated(string)],
    profile: [4, Profile],
    status: [5, Status],
  })],
  signal: [6, message({
    boardRef: [1, uint32],
    type: [2, string],
    payload: [3, bytes],
    to: [4, repeated(uint32)],
  })],
  heartbeat: [7, message({ clientTimeMs: [1, uint64] })],
  auth: [8, message({ token: [1, string] })],
});

/** What a node says. */
export const ServerFrame = message({}, {
  welcome: [1, message({
    nodeId: [1, string],
    connectionId: [2, string],
    protocol: [3, string],
    heartbeatIntervalMs: [4, uint32],
    maxCursorHz: [5, uint32],
    serverTimeMs: [6, uint64],
    limits: [7, message({
      maxFrameBytes: [1, uint32],
      maxBoardIdBytes: [2, uint32],
      maxNameBytes: [3, uint32],
      maxStateBytes: [4, uint32],
      maxStateKeys: [5, uint32],
      maxSignalBytes: [6, uint32],
      maxBoards: [7, uint32],
    })],
    serverLabel: [8, string],
  })],
  roster: [2, message({
    board: [1, string],
    boardRef: [2, uint32],
    you: [3, uint32],
    resumeKey: [4, bytes],
    members: [5, repeated(Member)],
    more: [6, bool],
  })],
  change: [3, message({
    boardRef: [1, uint32],
    left: [2, repeated(message({ slot: [1, uint32], reason: [2, LeaveReason] }))],
    joined: [3, repeated(Member)],
    updated: [4, repeated(message({
      slot: [1, uint32],
      profile: [2, Profile],
      status: [3, Status],
      set: [4, map(bytes)],
      unset: [5, repeated(string)],
      version: [6, uint64],
    }))],
    more: [5, bool],
  })],
  cursors: [4, message({
    boardRef: [1, uint32],
    slot: [2, repeated(uint32)],
    x: [3, repeated(sint32)],
    y: [4, repeated(sint32)],
    ageMs: [5, repeated(uint32)],
    hidden: [6, repeated(uint32)],
  })],
  signal: [5, message({
    boardRef: [1, uint32],
    from: [2, uint32],
    type: [3, string],
    payload: [4, bytes],
  })],
  heartbeatAck: [6, message({ clientTimeMs: [1, uint64], serverTimeMs: [2, uint64] })],
  error: [7, message({
    code: [1, string],
    message: [2, string],
    retryAfterMs: [3, optional(uint32)],
    inReplyTo: [4, optional(uint32)],
    boardRef: [5, uint32],
  })],
  goingAway: [8, message({ reconnectAfterMs: [1, uint32], reason: [2, string] })],
  pace: [9, message({ boardRef: [1, uint32], maxCursorHz: [2, uint32] })],
});
