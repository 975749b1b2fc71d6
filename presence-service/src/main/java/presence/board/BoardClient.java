package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** A connection as a board uses it. Methods are called on its event loop unless marked otherwise. */
public interface BoardClient {
    /** Any thread. */
    EventLoop eventLoop();

    /**
     * Queues a complete WebSocket frame in order; it is never dropped while the connection is open. Takes the buffer
     * over. A reader that does not take flushed frames for too long is closed.
     */
    void write(ServerFrameKind kind, ByteBuf frame);

    /**
     * Queues a frame that may be dropped, a signal or reactions, in order with all other frames; drops and counts it if
     * the reader is behind. Takes the buffer over.
     */
    void offer(ServerFrameKind kind, ByteBuf frame);

    void flush();

    /**
     * Returns whether the kernel has taken all that was flushed. Any thread; outside the event loop the answer may be
     * slightly old.
     */
    boolean isClear();

    /** Returns whether a cursor frame written now is sent at once: nothing is queued here or on a slow link. */
    boolean takesCursors();

    /** Estimates how long a frame written now is queued on a slow link behind others, in milliseconds; 0 if unknown. */
    int waitMs();

    /**
     * Lets what the client sends be read a few milliseconds later, together with that of others, for that long from now
     * on.
     */
    void readsMayWait(long forMs);

    /** Refuses a signal because the board has reached its limit of signal bytes per second. */
    void refuseSignal(long retryAfterMs, long requestId, int boardRef);

    /** Closes the connection because of a fault of this node; the client is expected to reconnect. */
    void startOver(String why);

    /** Ends a seat; {@code frame}, an error, carries the reason to the client. Takes the buffer over. */
    void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame);
}
