package presence.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import presence.bench.client.ClientFrames;

/** Binary messages that a server need not read: two bytes of the index, four of each coordinate. */
final class RelayDialect implements Dialect {
    private static final int POSITION = 10;

    @Override
    public ByteBuf handshake(ByteBufAllocator buffers, URI url, String board) {
        return ClientFrames.handshake(buffers, url.getAuthority(), "/?board=" + board, "");
    }

    @Override
    public void upgraded(PeerUser user) {
        // The server sends one byte when the user is on its board.
    }

    @Override
    public ByteBuf move(PeerUser user, int x, int y) {
        byte[] position = new byte[POSITION];
        position[0] = (byte) (user.index() >>> 8);
        position[1] = (byte) user.index();
        putInt(position, 2, x);
        putInt(position, 6, y);
        return ClientFrames.frame(user.buffers(), ClientFrames.BINARY, position);
    }

    private static void putInt(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (value >>> 24 - 8 * i);
        }
    }

    @Override
    public void read(PeerUser user, ByteBuf message) {
        if (message.readableBytes() < POSITION) {
            user.onBoard();
            return;
        }
        int at = message.readerIndex();
        user.onPosition(message.getUnsignedShort(at), message.getInt(at + 2));
    }
}
