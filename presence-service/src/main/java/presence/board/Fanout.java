package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.wire.ServerFrameKind;

/**
 * Sends frames to a board's subscribers, grouped by event loop. A frame is encoded once; each loop gets one
 * task, in which every channel gets a duplicate of the one buffer and one flush.
 *
 * <p>Called on the board's loop only. What a {@link LoopGroup} holds belongs to that group's loop and is
 * changed by tasks in the same order as the frames: no client gets a frame older than its roster.
 */
final class Fanout {
    /** After a frame could not be allocated. */
    static final long RETRY_MS = 100;

    private final BoardLoop shared;
    private final ServiceMetrics metrics;
    private final boolean observersApart;
    private final Map<EventLoop, LoopGroup> groups = new IdentityHashMap<>(4);
    private int size;
    private int observers;
    private final int[] observersIn = new int[ObserverLanes.LANES];
    /** Readers of each tick that told what they show. */
    private int windows;

    /** Connections with a backlog: they are on the board, and get no cursors yet. */
    int arriving;

    /** @param observersApart whether observers get cursor frames of their own instead of those of the members */
    Fanout(BoardLoop shared, ServiceMetrics metrics, boolean observersApart) {
        this.shared = shared;
        this.metrics = metrics;
        this.observersApart = observersApart;
    }

    int size() {
        return size;
    }

    /** Returns the number of readers that get the frame of each tick. */
    int readersOfTicks() {
        return size - observers;
    }

    /**
     * Returns the number of readers in a lane that get the cursor frames of observers; 0 where these are those of the
     * members.
     */
    int observersIn(int lane) {
        return observersIn[lane];
    }

    /** Returns the number of readers of each tick that get the same frame however much moves: they have no window. */
    int readersWithoutWindow() {
        return size - observers - windows;
    }

    /** Returns whether a seat gets frames: it has its whole roster and is not behind with changes. */
    boolean has(Seat seat) {
        return seat.watching && seat.backlog == null;
    }

    /** Notes that a seat has told what it shows. */
    void gotWindow(Seat seat) {
        if (has(seat) && !isApart(seat)) {
            windows++;
        }
    }

    /** Returns whether a seat gets the cursor frames of observers. */
    boolean isApart(Seat seat) {
        return observersApart && seat.isObserver();
    }

    /** Sends {@code first}, unless it is null, and from then on everything. Takes the buffer over. */
    void add(Seat seat, ServerFrameKind kind, @Nullable ByteBuf first) {
        LoopGroup group = groups.computeIfAbsent(
                seat.client.eventLoop(), loop -> new LoopGroup(loop, shared.loadOf(loop), metrics));
        boolean apart = isApart(seat);
        count(group, seat, 1);
        run(group.loop, () -> {
            if (first != null) {
                seat.client.write(kind, first);
                seat.client.flush();
            }
            group.readers(apart).add(seat);
        });
    }

    /** Adds a reader whose backlog is empty now: with the newest positions since it fell behind. */
    void addAgain(Seat seat, ServerFrameKind kind, @Nullable ByteBuf last, long sinceTick) {
        add(seat, kind, last);
        startCatchUp(seat, sinceTick);
    }

    void remove(Seat seat) {
        LoopGroup group = leave(seat);
        if (group != null) {
            run(group.loop, () -> {
                group.readers(isApart(seat)).remove(seat);
                seat.client.flush();
            });
        }
    }

    /** Stops frames to a reader that fell behind; it requests its next part when it is clear. */
    void hold(Seat seat) {
        LoopGroup group = leave(seat);
        if (group != null) {
            run(group.loop, () -> {
                group.readers(isApart(seat)).remove(seat);
                seat.client.flush();
                seat.awaitPart();
            });
        }
    }

    private @Nullable LoopGroup leave(Seat seat) {
        LoopGroup group = groups.get(seat.client.eventLoop());
        if (group == null) {
            return null;
        }
        count(group, seat, -1);
        if (group.members + group.observers == 0) {
            groups.remove(group.loop);
        }
        return group;
    }

    private void count(LoopGroup group, Seat seat, int change) {
        size += change;
        if (isApart(seat)) {
            if (seat.lane == Seat.NO_LANE) {
                seat.lane = freestLane();
            }
            observers += change;
            observersIn[seat.lane] += change;
            group.observers += change;
        } else {
            windows += seat.viewer == null ? 0 : change;
            group.members += change;
        }
    }

    private int freestLane() {
        int freest = 0;
        for (int lane = 1; lane < observersIn.length && observers >= ObserverLanes.LANE_SIZE; lane++) {
            freest = observersIn[lane] < observersIn[freest] ? lane : freest;
        }
        return freest;
    }

    /** Sends to one connection, in order with everything else. Takes the buffer over. */
    void sendTo(BoardClient client, ServerFrameKind kind, ByteBuf frame) {
        run(client.eventLoop(), () -> {
            client.write(kind, frame);
            client.flush();
        });
    }

    /** The same for a signal, which is dropped if the reader is behind. Takes the buffer over. */
    void offerTo(BoardClient client, ByteBuf frame) {
        run(client.eventLoop(), () -> {
            client.offer(ServerFrameKind.SIGNAL, frame);
            client.flush();
        });
    }

    /** Sends a part of a roster, unless it is null, and has the next asked for. Takes the buffer over. */
    void sendPart(Seat seat, ServerFrameKind kind, @Nullable ByteBuf frame) {
        run(seat.client.eventLoop(), () -> {
            if (frame != null) {
                seat.client.write(kind, frame);
                seat.client.flush();
            }
            seat.awaitPart();
        });
    }

    /** Sends to all watchers, none dropped. Takes the buffers over. */
    void sendAll(ServerFrameKind kind, List<ByteBuf> frames) {
        for (LoopGroup group : groups.values()) {
            frames.forEach(ByteBuf::retain);
            run(group.loop, () -> group.deliver(kind, frames));
        }
        frames.forEach(ReferenceCountUtil::release);
    }

    /** Sends a signal to all watchers but one; dropped for those that are behind. Takes the buffer over. */
    void offerAll(ByteBuf frame, @Nullable Seat except) {
        for (LoopGroup group : groups.values()) {
            frame.retain();
            run(group.loop, () -> group.offer(frame, except));
        }
        frame.release();
    }

    /**
     * Sends one tick's cursor frame to all readers that can take it now. Takes the buffer over.
     *
     * @param except the reader that the frame says nothing new
     * @param mayWaitMs for how long what these clients send may be read a little later; 0 = not at all
     */
    void sendCursors(ByteBuf frame, long tick, @Nullable Seat except, long mayWaitMs) {
        for (LoopGroup group : groups.values()) {
            if (group.members > 0) {
                frame.retain();
                run(group.loop, () -> group.deliverCursors(frame, tick, except, mayWaitMs));
            }
        }
        frame.release();
    }

    /**
     * Sends the cursor frame of several ticks to all observers of a lane that can take it now. Takes the buffer over.
     *
     * @param firstTick of those that it holds
     * @param byWindow whether those that told what they show get frames of their own instead
     */
    void sendToObservers(ByteBuf frame, long firstTick, boolean byWindow, int lane) {
        for (LoopGroup group : groups.values()) {
            if (group.observers > 0) {
                frame.retain();
                run(group.loop, () -> group.deliverToObservers(frame, firstTick, byWindow, lane));
            }
        }
        frame.release();
    }

    /**
     * Sends one tick's cursor frames by window. Takes the buffers over.
     *
     * @param rest for readers of each tick without a window; null if there are none
     * @param mayWaitMs see {@link #sendCursors}
     */
    void sendByWindow(@Nullable ByteBuf rest, ViewFrames byWindow, long tick, long mayWaitMs) {
        for (LoopGroup group : groups.values()) {
            if (rest != null) {
                rest.retain();
            }
            byWindow.retain();
            run(group.loop, () -> group.deliverByWindow(rest, byWindow, tick, mayWaitMs));
        }
        ReferenceCountUtil.release(rest);
        byWindow.release();
    }

    /** Sends positions to all readers with a window that know all members and can take them now. Takes the buffer over. */
    void sendToWindows(ByteBuf frame, long firstTick) {
        for (LoopGroup group : groups.values()) {
            frame.retain();
            run(group.loop, () -> group.deliverToWindows(frame, firstTick));
        }
        frame.release();
    }

    /**
     * Sends the density to all readers with a window that can take it now. Takes the buffer over.
     *
     * @param onMissed called on the loop of a reader that cannot
     */
    void sendDensity(ByteBuf frame, Runnable onMissed) {
        for (LoopGroup group : groups.values()) {
            frame.retain();
            run(group.loop, () -> group.deliverDensity(frame, onMissed));
        }
        frame.release();
    }

    /** Sends positions to one reader, if it can take them now. Takes the buffer over. */
    void sendCursorsTo(Seat seat, ByteBuf frame, long firstTick) {
        LoopGroup group = groups.get(seat.client.eventLoop());
        if (group == null) {
            frame.release();
        } else {
            run(group.loop, () -> {
                group.deliverCursors(seat, frame, firstTick);
                frame.release();
            });
        }
    }

    /** Has a reader ask for all positions since a tick, unless it gets them later with its roster. */
    void fallBehind(Seat seat, long sinceTick) {
        if (has(seat)) {
            startCatchUp(seat, sinceTick);
        }
    }

    private void startCatchUp(Seat seat, long sinceTick) {
        run(seat.client.eventLoop(), () -> {
            seat.fellBehind(sinceTick);
            seat.askForPositions();
        });
    }

    /**
     * A cursor frame could not be made: its readers missed it and get the newest positions a moment later.
     *
     * @param apart whether it was one of the observers
     */
    void missTick(long firstTick, boolean apart) {
        for (LoopGroup group : groups.values()) {
            run(group.loop, () -> group.missTick(firstTick, apart));
        }
    }

    /** By how much the busiest of the loops with watchers wants ticks to be slower. */
    double slowdown() {
        double greatest = shared.load.slowdown();
        for (LoopGroup group : groups.values()) {
            greatest = Math.max(greatest, group.load.slowdown());
        }
        return greatest;
    }

    /**
     * Sends a reader the newest of what it missed; if it cannot take it, it stays behind. Takes the buffer over.
     *
     * @param frame null: there is nothing to send
     */
    void catchUp(Seat seat, @Nullable ByteBuf frame, long sinceTick) {
        run(seat.client.eventLoop(), () -> {
            seat.onPositions();
            // A frame with older positions was skipped after these were asked for.
            boolean lacksOlder = seat.isBehindBefore(sinceTick);
            if (frame != null && !seat.client.takesCursors()) {
                frame.release();
                seat.fellBehind(sinceTick);
                return;
            }
            if (frame != null) {
                seat.client.write(ServerFrameKind.CURSORS, frame);
                seat.client.flush();
            }
            if (lacksOlder) {
                seat.askForPositions();
            } else {
                seat.caughtUp();
            }
        });
    }

    /** A reader gets its positions when its backlog is empty, not now. */
    void postponePositions(Seat seat) {
        run(seat.client.eventLoop(), seat::onPositions);
    }

    /** Positions could not be encoded for a reader: it stays behind and asks again. */
    void retryPositions(Seat seat, long sinceTick) {
        run(seat.client.eventLoop(), () -> {
            seat.fellBehind(sinceTick);
            seat.client
                    .eventLoop()
                    .schedule(
                            () -> {
                                seat.onPositions();
                                seat.askForPositions();
                            },
                            RETRY_MS,
                            TimeUnit.MILLISECONDS);
        });
    }

    /** Runs on a client's loop, after everything sent there before. */
    void run(EventLoop loop, Runnable task) {
        if (loop == shared.loop) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
