package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.wire.ServerFrameKind;

/**
 * The readers of a board on one event loop: those that get the cursors of each tick, and observers, where these get them
 * less often. Its loop only, except the counts.
 */
final class LoopGroup {
    /** A reader behind a longer queue gets frames of its own, whose ages include the wait. */
    private static final int SHARED_WAIT_MS = 50;

    final EventLoop loop;
    final LoopLoad load;
    private final ServiceMetrics metrics;

    /** Readers that were added here and not removed. Board loop only. */
    int members;

    int observers;

    private final ArrayList<Seat> ofEachTick = new ArrayList<>(4);
    private final ArrayList<Seat> apart = new ArrayList<>(0);
    private final List<List<Seat>> all = List.of(ofEachTick, apart);
    private boolean flushing;

    LoopGroup(EventLoop loop, LoopLoad load, ServiceMetrics metrics) {
        this.loop = loop;
        this.load = load;
        this.metrics = metrics;
    }

    /** @param observers whether the readers that get the cursor frames of observers are asked for */
    List<Seat> readers(boolean observers) {
        return observers ? apart : ofEachTick;
    }

    private int size() {
        return ofEachTick.size() + apart.size();
    }

    /** Writes the frames to all; changes not to those that get the roster in parts. Takes the buffers over. */
    void deliver(ServerFrameKind kind, List<ByteBuf> frames) {
        metrics.fanout.record(size());
        for (List<Seat> readers : all) {
            for (Seat seat : readers) {
                if (kind == ServerFrameKind.CHANGE && seat.isPaged()) {
                    continue;
                }
                for (ByteBuf frame : frames) {
                    seat.client.write(kind, frame.retainedDuplicate());
                }
            }
        }
        frames.forEach(ReferenceCountUtil::release);
        flushSoon();
    }

    /** Offers a signal to all but one. Takes the buffer over. */
    void offer(ByteBuf frame, @Nullable Seat except) {
        metrics.fanout.record(size());
        for (List<Seat> readers : all) {
            for (Seat seat : readers) {
                if (seat != except) {
                    seat.client.offer(ServerFrameKind.SIGNAL, frame.retainedDuplicate());
                }
            }
        }
        frame.release();
        flushSoon();
    }

    private void flushSoon() {
        if (!flushing) {
            // Behind what waits already: signals that came with one read leave with one write. A client for which
            // much is queued meanwhile flushes by itself.
            flushing = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        all.forEach(readers -> readers.forEach(seat -> seat.client.flush()));
    }

    /** Sends a tick's frame to the readers of each tick. Takes the buffer over; see {@link Fanout#sendCursors}. */
    void deliverCursors(ByteBuf frame, long tick, @Nullable Seat except, long mayWaitMs) {
        metrics.fanout.record(ofEachTick.size());
        for (Seat seat : ofEachTick) {
            if (mayWaitMs > 0) {
                seat.client.readsMayWait(mayWaitMs);
            }
            if (seat != except || seat.isBehind()) {
                deliverCursors(seat, frame, tick);
            }
        }
        frame.release();
        load.sample();
    }

    /** Sends a tick's frames by window. Takes the buffers over; see {@link Fanout#sendByWindow}. */
    void deliverByWindow(@Nullable ByteBuf rest, ViewFrames byWindow, long tick, long mayWaitMs) {
        metrics.fanout.record(size());
        boolean couldNotBeMade = false;
        for (List<Seat> readers : all) {
            for (Seat seat : readers) {
                if (mayWaitMs > 0) {
                    seat.client.readsMayWait(mayWaitMs);
                }
                if (seat.viewId == Seat.NO_VIEW) {
                    if (rest != null && readers == ofEachTick) {
                        deliverCursors(seat, rest, tick);
                    }
                    continue;
                }
                ByteBuf own = byWindow.of(seat.viewId);
                if (own != null) {
                    deliverCursors(seat, own, byWindow.since(seat.viewId));
                } else if (byWindow.couldNotBeMade(seat.viewId)) {
                    seat.fellBehind(byWindow.since(seat.viewId));
                    metrics.cursorFramesSkipped.increment();
                    couldNotBeMade = true;
                }
            }
        }
        ReferenceCountUtil.release(rest);
        byWindow.release();
        if (couldNotBeMade) {
            loop.schedule(this::askForPositions, Fanout.RETRY_MS, TimeUnit.MILLISECONDS);
        }
        load.sample();
    }

    private void askForPositions() {
        all.forEach(readers -> readers.forEach(Seat::askForPositions));
    }

    /** Sends positions to the readers with a window that know all members. Takes the buffer over. */
    void deliverToWindows(ByteBuf frame, long firstTick) {
        for (List<Seat> readers : all) {
            for (Seat seat : readers) {
                if (seat.viewId != Seat.NO_VIEW && !seat.isPaged()) {
                    deliverCursors(seat, frame, firstTick);
                }
            }
        }
        frame.release();
    }

    /** Sends the density to the readers with a window. Takes the buffer over. */
    void deliverDensity(ByteBuf frame, Runnable onMissed) {
        for (List<Seat> readers : all) {
            for (Seat seat : readers) {
                if (seat.viewId == Seat.NO_VIEW) {
                    continue;
                }
                if (seat.client.takesCursors()) {
                    seat.client.write(ServerFrameKind.DENSITY, frame.retainedDuplicate());
                    seat.client.flush();
                } else {
                    onMissed.run();
                }
            }
        }
        frame.release();
    }

    /** Sends a frame of several ticks to the observers of a lane. Takes the buffer over; see {@link Fanout#sendToObservers}. */
    void deliverToObservers(ByteBuf frame, long firstTick, boolean byWindow, int lane) {
        int readers = 0;
        for (Seat seat : apart) {
            if (seat.lane == lane && (!byWindow || seat.viewId == Seat.NO_VIEW)) {
                deliverCursors(seat, frame, firstTick);
                readers++;
            }
        }
        metrics.fanout.record(readers);
        frame.release();
        load.sample();
    }

    /** Sends a frame to a reader, or notes from which tick on it lacks positions. The buffer stays the caller's. */
    void deliverCursors(Seat seat, ByteBuf frame, long firstTick) {
        if (seat.isBehind() || !seat.client.takesCursors() || seat.client.waitMs() > SHARED_WAIT_MS) {
            seat.fellBehind(firstTick);
            metrics.cursorFramesSkipped.increment();
            seat.askForPositions();
        } else {
            seat.client.write(ServerFrameKind.CURSORS, frame.retainedDuplicate());
            seat.client.flush();
        }
    }

    void missTick(long firstTick, boolean observers) {
        List<Seat> readers = readers(observers);
        for (Seat seat : readers) {
            seat.fellBehind(firstTick);
            metrics.cursorFramesSkipped.increment();
        }
        loop.schedule(() -> readers.forEach(Seat::askForPositions), Fanout.RETRY_MS, TimeUnit.MILLISECONDS);
    }
}
