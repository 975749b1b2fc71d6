package presence.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import presence.bench.client.ClientFrames;

/**
 * Engine.IO 4 in text frames: {@code 0} opens, {@code 2} is a ping and {@code 3} its answer, {@code 40} connects to the
 * default namespace, and {@code 42} is an event, here {@code ["joined"]} or {@code ["m",index,x,y]}.
 */
final class SocketIoDialect implements Dialect {
    private static final byte[] MOVE = "42[\"m\",".getBytes(StandardCharsets.US_ASCII);

    @Override
    public ByteBuf handshake(ByteBufAllocator buffers, URI url, String board) {
        String path = "/socket.io/?EIO=4&transport=websocket&board=" + board;
        return ClientFrames.handshake(buffers, url.getAuthority(), path, "");
    }

    @Override
    public void upgraded(PeerUser user) {
        // The server speaks first.
    }

    @Override
    public ByteBuf move(PeerUser user, int x, int y) {
        return text(user, "42[\"m\"," + user.index() + "," + x + "," + y + "]");
    }

    @Override
    public void read(PeerUser user, ByteBuf message) {
        int at = message.readerIndex();
        byte type = message.getByte(at);
        if (type == '0') {
            user.send(text(user, "40"));
        } else if (type == '2') {
            user.send(text(user, "3"));
        } else if (startsWith(message, MOVE)) {
            int[] number = {at + MOVE.length};
            int index = readNumber(message, number);
            user.onPosition(index, readNumber(message, number));
        } else if (type == '4' && message.readableBytes() > 1 && message.getByte(at + 1) == '2') {
            user.onBoard();
        } else if (type == '1' || type == '4' && message.getByte(at + 1) != '0') {
            user.onError("socket.io: " + message.toString(StandardCharsets.UTF_8));
        }
    }

    private static boolean startsWith(ByteBuf message, byte[] start) {
        if (message.readableBytes() < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (message.getByte(message.readerIndex() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads digits and what follows them, from {@code at[0]}, which is moved on. */
    private static int readNumber(ByteBuf message, int[] at) {
        int value = 0;
        for (byte next = message.getByte(at[0]++); next >= '0' && next <= '9'; next = message.getByte(at[0]++)) {
            value = value * 10 + next - '0';
        }
        return value;
    }

    private static ByteBuf text(PeerUser user, String text) {
        return ClientFrames.frame(user.buffers(), ClientFrames.TEXT, text.getBytes(StandardCharsets.US_ASCII));
    }
}
