package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import presence.wire.ErrorCode;

/** A connection as a board sees it. All methods but {@link #eventLoop()} are called on its event loop. */
public interface BoardMember {
    EventLoop eventLoop();

    /**
     * Queues a complete WebSocket frame, in order, never dropped while the connection lives. Takes the
     * buffer over. The implementation bounds what may wait and ends the connection beyond that.
     */
    void write(ByteBuf frame);

    void flush();

    /** False while so much waits to be sent that cursor frames should be skipped. */
    boolean isWritable();

    /** Something about this connection went wrong on our side: ends it, so that the client comes again. */
    void startOver(String why);

    /** The seat is no longer valid; {@code frame} tells the client why. Takes the buffer over. */
    void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame);
}
