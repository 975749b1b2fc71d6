package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** A connection as a board sees it. Methods are called on its event loop unless they say otherwise. */
public interface BoardClient {
    /** Any thread. */
    EventLoop eventLoop();

    /**
     * Queues a complete WebSocket frame, in order, never dropped while the connection lives. Takes the buffer over. A
     * reader that does not take what was flushed to it for too long is closed.
     */
    void write(ServerFrameKind kind, ByteBuf frame);

    /**
     * Queues a signal, which may be lost, in order with all other frames; drops and counts it if the reader is behind. Takes the
     * buffer over.
     */
    void offer(ByteBuf frame);

    void flush();

    /** Whether the kernel has taken all that was flushed. Any thread; on another than the event loop a moment old. */
    boolean isClear();

    /** Whether a cursor frame that is written now is on its way at once: nothing waits, here or on a slow link. */
    boolean takesCursors();

    /** About how long a frame that is written now waits on a slow link behind others, in milliseconds; 0 if unknown. */
    int waitMs();

    /** Refuses a signal because the board passes on as many bytes of signals as it may. */
    void refuseSignal(long retryAfterMs, long requestId, int boardRef);

    /** Ends the connection because of a fault of this node, so that the client comes again. */
    void startOver(String why);

    /** The seat is no longer valid; {@code frame}, an error, tells the client why. Takes the buffer over. */
    void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame);
}
