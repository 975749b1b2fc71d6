package presence;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import presence.wire.ServerFrameKind;

/**
 * A client of the {@link WarmUp}: connects, joins a board, moves some times when its roster has come, and leaves. Its
 * event loop only.
 */
final class WarmUpUser extends ByteToMessageDecoder {
    private static final byte[] HANDSHAKE = ("GET /ws HTTP/1.1\r\nHost: warm-up\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: presence.v1\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEADER_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int MASKED = 0x80;
    private static final int MASK = 0x1234_5678;
    /** Lengths up to this are in the second byte of a frame. */
    private static final int SHORT = 125;

    private static final int MOVES = 4;
    private static final int MOVE_MS = 15;
    private static final byte[] NORMAL_CLOSE = {3, (byte) 0xe8};
    /** ClientFrame.heartbeat {client_time_ms: 1}. */
    private static final byte[] HEARTBEAT = {0x3a, 2, 8, 1};

    private final byte[] join;
    private final Runnable onJoined;
    private boolean upgraded;
    private boolean joined;

    /**
     * @param board of at most 100 ASCII characters
     * @param user its id and name; at most 10 ASCII characters
     * @param onJoined its roster has come
     */
    WarmUpUser(String board, String user, Runnable onJoined) {
        // Join {board, profile {user_id, name}}
        byte[] profile = concat(field(1, user), field(2, user));
        this.join = field(2, concat(field(1, board), field(2, profile)));
        this.onJoined = onJoined;
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] field(int number, byte[] bytes) {
        return concat(new byte[] {(byte) (number << 3 | 2), (byte) bytes.length}, bytes);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(context.alloc().buffer().writeBytes(HANDSHAKE), context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!upgraded) {
            readResponse(context, in);
            return;
        }
        int available = in.readableBytes();
        if (available < 4) {
            // Shorter frames do not come: the shortest answer is a heartbeat's.
            return;
        }
        int at = in.readerIndex();
        int length = in.getByte(at + 1) & 0x7f;
        int header = 2;
        if (length > SHORT) {
            header = 4;
            length = in.getUnsignedShort(at + 2);
        }
        if (available < header + length) {
            return;
        }
        // A message begins with the number of its only field.
        int kind = in.getByte(at + header) >>> 3;
        in.skipBytes(header + length);
        if (kind == ServerFrameKind.ROSTER.ordinal() && !joined) {
            joined = true;
            onJoined.run();
            move(context, 1);
        }
    }

    private void readResponse(ChannelHandlerContext context, ByteBuf in) {
        ByteBuf end = context.alloc().buffer(HEADER_END.length).writeBytes(HEADER_END);
        int at = ByteBufUtil.indexOf(end, in);
        end.release();
        if (at < 0) {
            return;
        }
        in.readerIndex(at + HEADER_END.length);
        upgraded = true;
        send(context, BINARY, join);
        send(context, BINARY, HEARTBEAT);
        context.flush();
    }

    private void move(ChannelHandlerContext context, int count) {
        if (!context.channel().isActive()) {
            return;
        }
        // Cursor {x, y}, two bytes each.
        byte low = (byte) (0x80 | 0x40 + count);
        send(context, BINARY, new byte[] {0x22, 6, 0x10, low, 1, 0x18, low, 1});
        if (count == MOVES) {
            send(context, CLOSE, NORMAL_CLOSE);
        } else {
            context.executor().schedule(() -> move(context, count + 1), MOVE_MS, TimeUnit.MILLISECONDS);
        }
        context.flush();
    }

    private static void send(ChannelHandlerContext context, int first, byte[] payload) {
        ByteBuf frame = context.alloc().buffer(6 + payload.length);
        frame.writeByte(first).writeByte(MASKED | payload.length).writeInt(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.writeByte(payload[i] ^ MASK >>> 24 - (i & 3) * 8);
        }
        context.write(frame, context.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
