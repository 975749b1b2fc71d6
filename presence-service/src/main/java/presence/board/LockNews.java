package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import presence.lock.Lock;
import presence.lock.LockFeed;
import presence.wire.ServerFrameKind;

/**
 * Tells the clients that asked for it who holds which locks: all after the roster, then what changed, at most once per
 * roster tick. A reader that has not taken what was sent before is told all again when it has. Board loop only.
 */
final class LockNews {
    private final int boardRef;
    private final BoardLoop shared;
    private final Fanout fanout;
    private final LockFeed locks;
    private final long intervalMs;
    private final SeatsByLoop current = new SeatsByLoop();
    /** Readers to be told all. */
    private final Set<Seat> outdated = new LinkedHashSet<>(0);

    private final Set<Seat> seats = new HashSet<>(0);
    private final Set<String> changed = new LinkedHashSet<>(0);
    private boolean known;
    private boolean scheduled;

    LockNews(int boardRef, BoardLoop shared, Fanout fanout, LockFeed locks, long intervalMs) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.fanout = fanout;
        this.locks = locks;
        this.intervalMs = intervalMs;
    }

    /** @param now whether the locks are known, so that it can be told */
    void add(Seat seat, boolean now) {
        seats.add(seat);
        outdated.add(seat);
        if (now) {
            tellAll(seat);
        }
    }

    void remove(Seat seat) {
        seats.remove(seat);
        outdated.remove(seat);
        current.remove(seat);
    }

    /** Tells all seats, which waited for the first read; returns them. */
    Set<Seat> onKnown() {
        known = true;
        List.copyOf(outdated).forEach(this::tellAll);
        return Set.copyOf(seats);
    }

    /** Has names told whose holder changed. */
    void changed(Set<String> names) {
        if (known && !seats.isEmpty() && changed.addAll(names)) {
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            shared.loop.schedule(this::flush, intervalMs, TimeUnit.MILLISECONDS);
        }
    }

    private void flush() {
        scheduled = false;
        for (Seat seat : seats) {
            if (!outdated.contains(seat) && !seat.client.isClear()) {
                current.remove(seat);
                outdated.add(seat);
            }
        }
        if (!changed.isEmpty() && !current.isEmpty()) {
            List<Lock> held = new ArrayList<>(changed.size());
            List<String> released = new ArrayList<>(0);
            for (String name : changed) {
                Lock lock = locks.known(name);
                if (lock == null) {
                    released.add(name);
                } else {
                    held.add(lock);
                }
            }
            try {
                for (ByteBuf frame : shared.encoder.locks(boardRef, held, released, false)) {
                    current.send(fanout, frame, (client, copy) -> client.write(ServerFrameKind.LOCKS, copy));
                }
            } catch (OutOfMemoryError e) {
                shared.memory.allocationFailed(e);
                seats.forEach(current::remove);
                outdated.addAll(seats);
            }
        }
        changed.clear();
        for (Seat seat : List.copyOf(outdated)) {
            if (seat.client.isClear()) {
                tellAll(seat);
            }
        }
        if (!outdated.isEmpty()) {
            schedule();
        }
    }

    private void tellAll(Seat seat) {
        try {
            for (ByteBuf frame : shared.encoder.locks(boardRef, locks.known(), List.of(), true)) {
                fanout.sendTo(seat.client, ServerFrameKind.LOCKS, frame);
            }
            outdated.remove(seat);
            current.add(seat);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            schedule();
        }
    }
}
