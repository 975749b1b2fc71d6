package presence.agent;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import presence.board.BoardClient;
import presence.wire.ServerFrameKind;

/** A client of a board without a socket: no frame waits, and none slows the board down. */
abstract class SilentClient implements BoardClient {
    private final EventLoop loop;

    SilentClient(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public final EventLoop eventLoop() {
        return loop;
    }

    @Override
    public final void offer(ServerFrameKind kind, ByteBuf frame) {
        frame.release();
    }

    @Override
    public final void flush() {
        // Nothing is queued.
    }

    @Override
    public final boolean isClear() {
        return true;
    }

    @Override
    public final boolean takesCursors() {
        return true;
    }

    @Override
    public final int waitMs() {
        return 0;
    }

    @Override
    public final void readsMayWait(long forMs) {
        // There is no socket to read.
    }
}
