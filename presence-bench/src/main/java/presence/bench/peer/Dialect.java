package presence.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;

/** What a user says to one kind of server, and how it reads the answers. Stateless. */
public interface Dialect {
    /** Returns the HTTP request that opens the connection. */
    ByteBuf handshake(ByteBufAllocator buffers, URI url, String board);

    /** Joins, when the server has accepted the handshake. */
    void upgraded(PeerUser user);

    /** Returns the frame of one move. Neither coordinate is negative. */
    ByteBuf move(PeerUser user, int x, int y);

    /** Reads one message, binary or text; the caller keeps it. */
    void read(PeerUser user, ByteBuf message);
}
