package presence.board;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;

/**
 * Everybody who watches a board, grouped by event loop. A frame is encoded once; each loop gets one
 * task, in which every channel gets a duplicate of the one buffer and one flush.
 *
 * <p>Called on the board's loop only. What a {@link LoopGroup} holds belongs to that group's loop and is
 * changed by tasks in the same order as the frames: nobody gets a frame from before its roster.
 */
final class Fanout {
    private final BoardLoop shared;
    private final ServiceMetrics metrics;
    private final Map<EventLoop, LoopGroup> groups = new IdentityHashMap<>(4);
    private int size;

    /** Connections in the middle of their roster: they are on the board, and get no cursors yet. */
    int arriving;

    Fanout(BoardLoop shared, ServiceMetrics metrics) {
        this.shared = shared;
        this.metrics = metrics;
    }

    int size() {
        return size;
    }

    /** Sends {@code first} to a new watcher, and from then on everything. Takes the buffer over. */
    void add(Seat seat, ByteBuf first) {
        LoopGroup group = groups.computeIfAbsent(seat.client.eventLoop(), LoopGroup::new);
        group.count++;
        size++;
        run(group.loop, () -> {
            seat.client.write(first);
            seat.client.flush();
            group.seats.add(seat);
        });
    }

    void remove(Seat seat) {
        LoopGroup group = groups.get(seat.client.eventLoop());
        if (group == null) {
            return;
        }
        size--;
        if (--group.count == 0) {
            groups.remove(group.loop);
        }
        run(group.loop, () -> {
            group.seats.remove(seat);
            seat.client.flush();
        });
    }

    /** Sends to one connection, in order with everything else. Takes the buffer over. */
    void sendTo(BoardMember client, ByteBuf frame) {
        run(client.eventLoop(), () -> {
            client.write(frame);
            client.flush();
        });
    }

    /** Sends a part of a roster and has the next asked for. Takes the buffer over. */
    void sendPart(Seat seat, ByteBuf frame) {
        run(seat.client.eventLoop(), () -> {
            seat.client.write(frame);
            seat.client.flush();
            seat.onPartWritten();
        });
    }

    /** Sends to all watchers but one, none dropped. Takes the buffers over. */
    void sendAll(List<ByteBuf> frames, @Nullable Seat except) {
        for (LoopGroup group : groups.values()) {
            frames.forEach(ByteBuf::retain);
            run(group.loop, () -> group.deliver(frames, except));
        }
        frames.forEach(ReferenceCountUtil::release);
    }

    /** Sends one tick's cursor frame to all who can take it now. Takes the buffer over. */
    void sendCursors(ByteBuf frame, long tick) {
        for (LoopGroup group : groups.values()) {
            frame.retain();
            run(group.loop, () -> group.deliverCursors(frame, tick));
        }
        frame.release();
    }

    /** By how much the busiest of the loops with watchers wants ticks to be slower. */
    double slowdown() {
        double greatest = shared.load.slowdown();
        for (LoopGroup group : groups.values()) {
            greatest = Math.max(greatest, group.load.slowdown());
        }
        return greatest;
    }

    /** Sends a reader the newest of what it missed; if it cannot take it, it stays behind. Takes the buffer over. */
    void catchUp(Seat seat, ByteBuf frame, long sinceTick) {
        run(seat.client.eventLoop(), () -> {
            seat.fellBehind(sinceTick);
            if (seat.client.isWritable()) {
                seat.caughtUp();
                seat.client.write(frame);
                seat.client.flush();
            } else {
                frame.release();
            }
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

    private final class LoopGroup {
        final EventLoop loop;
        final LoopLoad load;
        /** Board loop only. */
        int count;
        /** This group's loop only. */
        final ArrayList<Seat> seats = new ArrayList<>(4);

        private boolean flushing;

        LoopGroup(EventLoop loop) {
            this.loop = loop;
            this.load = shared.loadOf(loop);
        }

        void deliver(List<ByteBuf> frames, @Nullable Seat except) {
            metrics.fanout.record(seats.size());
            for (Seat seat : seats) {
                if (seat != except) {
                    for (ByteBuf frame : frames) {
                        seat.client.write(frame.retainedDuplicate());
                    }
                }
            }
            frames.forEach(ReferenceCountUtil::release);
            if (!flushing) {
                // Behind what waits already: signals that came with one read leave with one write.
                flushing = true;
                loop.execute(this::flush);
            }
        }

        private void flush() {
            flushing = false;
            seats.forEach(seat -> seat.client.flush());
        }

        void deliverCursors(ByteBuf frame, long tick) {
            metrics.fanout.record(seats.size());
            for (Seat seat : seats) {
                if (seat.isBehind() || !seat.client.isWritable()) {
                    seat.fellBehind(tick);
                    metrics.cursorFramesSkipped.increment();
                } else {
                    seat.client.write(frame.retainedDuplicate());
                    seat.client.flush();
                }
            }
            frame.release();
            load.sample();
        }
    }
}
