package presence.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection's bytes as the frames of a WebSocket client (RFC 6455, section 5): unmasks them and joins
 * fragments. A message is passed on in the buffer it arrived in, neither copied nor wrapped, so that cursor frames make
 * no garbage. Memory grows with the bytes that have arrived, never with the length in a header. The connection's event
 * loop only.
 */
public final class WebSocketReader {
    /** Receives messages and control frames. */
    public interface Handler {
        /** Handles a whole binary message, from reader to writer index. The reader owns the bytes again on return. */
        void onBinary(ByteBuf message);

        /** Handles a whole text message; its content is not passed on. */
        void onText();

        /** Handles a ping, from reader to writer index. The reader owns the bytes again on return. */
        void onPing(ByteBuf payload);

        void onPong();

        /** @param code -1 if the client gave none */
        void onClose(int code);
    }

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int OPCODE = 0x0f;
    /** A buffer of more than so many times what is left in it is exchanged for a smaller one. */
    private static final int WASTE = 4;

    private static final int CONTROL = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final int EIGHT_BYTE_LENGTH = 127;
    private static final int MASK_BYTES = 4;

    private final int maxMessageBytes;
    private final Handler handler;
    /** An incomplete frame. */
    private @Nullable ByteBuf pending;
    /** The fragments of a binary message so far. */
    private @Nullable ByteBuf fragments;
    /** The opcode of the fragments so far; {@link #CONTINUATION} while there are none. */
    private int fragmented = CONTINUATION;

    private boolean ended;

    /** @param maxMessageBytes of a message, all its fragments together */
    public WebSocketReader(int maxMessageBytes, Handler handler) {
        this.maxMessageBytes = maxMessageBytes;
        this.handler = handler;
    }

    /**
     * Reads what has arrived. The caller keeps ownership; the content is undefined afterwards.
     *
     * @throws WireException if the bytes are not valid client frames, or too large; later bytes are dropped
     */
    public void read(ByteBuf arrived) throws WireException {
        ByteBuf bytes = arrived;
        if (pending != null) {
            bytes = pending.writeBytes(arrived);
        }
        boolean read = false;
        try {
            while (!ended && readFrame(bytes)) {
                // Continue with the next frame.
            }
            read = true;
        } finally {
            if (!read) {
                end();
            }
        }
        if (!ended) {
            keepRest(bytes);
        }
    }

    /** Returns the memory held for incomplete messages, in bytes. */
    public int keptBytes() {
        return (pending == null ? 0 : pending.capacity()) + (fragments == null ? 0 : fragments.capacity());
    }

    /** Releases what was kept; later bytes are dropped. */
    public void end() {
        ended = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
        dropFragments();
    }

    private void keepRest(ByteBuf bytes) {
        if (bytes == pending) {
            int left = bytes.readableBytes();
            if (left > 0 && left * WASTE >= bytes.capacity()) {
                bytes.discardReadBytes();
                return;
            }
            // It grew by all that one read brought: held, and counted, for the few bytes that are left of it.
            pending = left == 0 ? null : bytes.alloc().buffer(left).writeBytes(bytes);
            bytes.release();
        } else if (bytes.isReadable()) {
            pending = bytes.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
        }
    }

    /** Returns whether a whole frame was read. */
    private boolean readFrame(ByteBuf bytes) throws WireException {
        int available = bytes.readableBytes();
        if (available < 2) {
            return false;
        }
        int at = bytes.readerIndex();
        int first = bytes.getByte(at);
        int second = bytes.getByte(at + 1);
        int opcode = first & OPCODE;
        boolean last = (first & FIN) != 0;
        checkHead(first, second, opcode, last);

        long length = second & LENGTH;
        int header = 2 + MASK_BYTES;
        if (length == TWO_BYTE_LENGTH) {
            header += 2;
            if (available < header) {
                return false;
            }
            length = bytes.getUnsignedShort(at + 2);
            check(length >= TWO_BYTE_LENGTH, "length not in its shortest form");
        } else if (length == EIGHT_BYTE_LENGTH) {
            header += 8;
            if (available < header) {
                return false;
            }
            length = bytes.getLong(at + 2);
            check(length > 0xffff, "length not in its shortest form");
        }
        int before = fragments == null ? 0 : fragments.readableBytes();
        if (length > maxMessageBytes - before && opcode < CONTROL) {
            throw WireException.fatal(CloseReason.TOO_BIG, "message longer than " + maxMessageBytes + " bytes");
        }
        if (available < header + length) {
            return false;
        }

        int start = at + header;
        int end = start + (int) length;
        unmask(bytes, bytes.getInt(start - MASK_BYTES), start, end);
        int limit = bytes.writerIndex();
        bytes.setIndex(start, end);
        deliver(opcode, last, bytes);
        // If the handler ended this reader, the buffer is already released.
        if (!ended) {
            bytes.setIndex(end, limit);
        }
        return true;
    }

    private void checkHead(int first, int second, int opcode, boolean last) throws WireException {
        check((first & RESERVED_BITS) == 0, "reserved bits set without an extension");
        check((second & MASKED) != 0, "unmasked client frame");
        if ((opcode & CONTROL) != 0) {
            check(opcode <= PONG, "unknown opcode");
            check(last && (second & LENGTH) < TWO_BYTE_LENGTH, "control frame fragmented or too long");
        } else if (opcode == CONTINUATION) {
            check(fragmented != CONTINUATION, "continuation frame without a message");
        } else {
            check(opcode <= BINARY, "unknown opcode");
            check(fragmented == CONTINUATION, "new message inside a fragmented one");
        }
    }

    private static void check(boolean isRight, String problem) throws WireException {
        if (!isRight) {
            throw WireException.fatal(CloseReason.PROTOCOL_ERROR, problem);
        }
    }

    private static void unmask(ByteBuf bytes, int mask, int start, int end) {
        if (mask == 0) {
            return;
        }
        int at = start;
        long twice = (mask & 0xffff_ffffL) << 32 | mask & 0xffff_ffffL;
        for (; at + 8 <= end; at += 8) {
            bytes.setLong(at, bytes.getLong(at) ^ twice);
        }
        for (; at < end; at++) {
            int shift = 24 - (at - start & 3) * 8;
            bytes.setByte(at, bytes.getByte(at) ^ mask >>> shift);
        }
    }

    private void deliver(int opcode, boolean last, ByteBuf frame) throws WireException {
        switch (opcode) {
            case PING -> handler.onPing(frame);
            case PONG -> handler.onPong();
            case CLOSE -> handler.onClose(closeCode(frame));
            default -> deliverData(opcode == CONTINUATION ? fragmented : opcode, last, frame);
        }
    }

    private void deliverData(int kind, boolean last, ByteBuf frame) {
        if (kind == BINARY && !(last && fragments == null)) {
            keepFragment(frame);
        }
        fragmented = last ? CONTINUATION : kind;
        if (!last) {
            return;
        }
        if (kind == TEXT) {
            handler.onText();
        } else {
            handler.onBinary(fragments == null ? frame : fragments);
            dropFragments();
        }
    }

    private void keepFragment(ByteBuf fragment) {
        if (fragments == null) {
            fragments = fragment.alloc().buffer(fragment.readableBytes());
        }
        fragments.writeBytes(fragment);
    }

    private void dropFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }

    private static int closeCode(ByteBuf payload) throws WireException {
        if (!payload.isReadable()) {
            return -1;
        }
        check(payload.readableBytes() >= 2, "close code of one byte");
        int code = payload.getUnsignedShort(payload.readerIndex());
        // RFC 6455, section 7.4: other codes must not appear in a close frame.
        check(
                code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999,
                "close code " + code);
        return code;
    }
}
