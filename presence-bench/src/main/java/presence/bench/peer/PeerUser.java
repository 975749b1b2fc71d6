package presence.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A user of the swarm, as its dialect sees it. On the user's event loop only. */
public interface PeerUser {
    String board();

    /** Returns the user's number on its board, from 0. */
    int index();

    ByteBufAllocator buffers();

    /** Takes the frame over. */
    void send(ByteBuf frame);

    /** The user gets the others' positions from now on. */
    void onBoard();

    /** A position of another user, or of this one, has arrived. */
    void onPosition(int index, int x);

    /** The server refused something; the user is lost. */
    void onError(String why);
}
