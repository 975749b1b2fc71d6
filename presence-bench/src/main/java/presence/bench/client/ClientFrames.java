package presence.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import presence.proto.ClientFrame;
import presence.proto.Cursor;

/** Encodes what a user sends: the handshake, and binary frames masked as RFC 6455 requires of clients. */
public final class ClientFrames {
    /** First bytes of whole messages. */
    public static final int BINARY = 0x82;

    public static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int NORMAL = 1_000;

    private static final int MASKED = 0x80;
    /** Payloads up to this size have their length in the second byte. */
    private static final int SHORT = 125;

    private static final int CURSOR_TAG = ClientFrame.CURSOR_FIELD_NUMBER << 3 | 2;
    private static final int X_TAG = Cursor.X_FIELD_NUMBER << 3;
    private static final int Y_TAG = Cursor.Y_FIELD_NUMBER << 3;

    private ClientFrames() {}

    public static ByteBuf handshake(ByteBufAllocator buffers, URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return handshake(buffers, url.getAuthority(), path + query, "Sec-WebSocket-Protocol: presence.v1\r\n");
    }

    /** @param headers further lines of the request, each with its line end */
    public static ByteBuf handshake(ByteBufAllocator buffers, String host, String path, String headers) {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + headers + "Sec-WebSocket-Key: "
                + Base64.getEncoder().encodeToString(key) + "\r\n\r\n";
        return buffers.buffer().writeBytes(request.getBytes(StandardCharsets.US_ASCII));
    }

    public static ByteBuf message(ByteBufAllocator buffers, ClientFrame message) {
        byte[] bytes = message.toByteArray();
        ByteBuf frame = begin(buffers, bytes.length);
        int start = frame.writerIndex();
        return mask(frame.writeBytes(bytes), start);
    }

    /** Encodes the close of a client that has left. */
    public static ByteBuf close(ByteBufAllocator buffers) {
        return frame(buffers, CLOSE, new byte[] {NORMAL >> 8, (byte) NORMAL});
    }

    /** Encodes a position by hand, as most frames of a swarm are positions. Neither coordinate is negative. */
    public static ByteBuf cursor(ByteBufAllocator buffers, int x, int y) {
        int zigzagX = x << 1;
        int zigzagY = y << 1;
        int body = 2 + size(zigzagX) + size(zigzagY);
        ByteBuf frame = begin(buffers, 2 + body);
        int start = frame.writerIndex();
        frame.writeByte(CURSOR_TAG).writeByte(body).writeByte(X_TAG);
        writeVarint(frame, zigzagX);
        frame.writeByte(Y_TAG);
        writeVarint(frame, zigzagY);
        return mask(frame, start);
    }

    /** Encodes a frame of any kind. */
    public static ByteBuf frame(ByteBufAllocator buffers, int firstByte, byte[] payload) {
        ByteBuf frame = begin(buffers, firstByte, payload.length);
        int start = frame.writerIndex();
        return mask(frame.writeBytes(payload), start);
    }

    private static ByteBuf begin(ByteBufAllocator buffers, int payload) {
        return begin(buffers, BINARY, payload);
    }

    /** Writes a frame up to its payload. */
    private static ByteBuf begin(ByteBufAllocator buffers, int firstByte, int payload) {
        ByteBuf frame = buffers.directBuffer(8 + payload).writeByte(firstByte);
        if (payload <= SHORT) {
            frame.writeByte(MASKED | payload);
        } else {
            frame.writeByte(MASKED | 126).writeShort(payload);
        }
        return frame.writeInt(ThreadLocalRandom.current().nextInt());
    }

    private static ByteBuf mask(ByteBuf frame, int start) {
        int mask = frame.getInt(start - 4);
        for (int i = start; i < frame.writerIndex(); i++) {
            frame.setByte(i, frame.getByte(i) ^ mask >>> 24 - (i - start & 3) * 8);
        }
        return frame;
    }

    private static int size(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static void writeVarint(ByteBuf out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
