package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.model.BoardCounts;
import presence.wire.ServerFrameKind;

/**
 * Sends the board's counts to the clients that asked for them: at once after the roster, and then to all when they have
 * changed, once a second at most, encoded once. Board loop only.
 */
final class CountsFeed {
    private static final long INTERVAL_MS = 1_000;

    private final int boardRef;
    private final BoardLoop shared;
    private final Fanout fanout;
    private final Supplier<BoardCounts> counts;
    private final SeatsByLoop seats = new SeatsByLoop();
    /** What all seats have; null before the first send. */
    private @Nullable BoardCounts sent;

    private long sentMs;
    private boolean scheduled;

    /** @param counts the present counts */
    CountsFeed(int boardRef, BoardLoop shared, Fanout fanout, Supplier<BoardCounts> counts) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.fanout = fanout;
        this.counts = counts;
        sentMs = shared.clock.getAsLong() - INTERVAL_MS;
    }

    /** Adds a seat that has received its roster. */
    void add(Seat seat) {
        BoardCounts now = counts.get();
        if (seats.isEmpty()) {
            sent = now;
            sentMs = shared.clock.getAsLong();
        }
        seats.add(seat);
        try {
            fanout.sendTo(seat.client, ServerFrameKind.COUNTS, shared.encoder.counts(boardRef, now));
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            sent = null;
        }
        onChange();
    }

    void remove(Seat seat) {
        seats.remove(seat);
    }

    /** Sends the counts soon if they differ from those sent last. */
    void onChange() {
        if (scheduled || seats.isEmpty()) {
            return;
        }
        scheduled = true;
        long wait = Math.max(0, sentMs + INTERVAL_MS - shared.clock.getAsLong());
        shared.loop.schedule(this::send, wait, TimeUnit.MILLISECONDS);
    }

    private void send() {
        scheduled = false;
        BoardCounts now = counts.get();
        if (now.equals(sent) || seats.isEmpty()) {
            return;
        }
        sentMs = shared.clock.getAsLong();
        ByteBuf frame;
        try {
            frame = shared.encoder.counts(boardRef, now);
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            onChange();
            return;
        }
        sent = now;
        seats.send(fanout, frame, (client, copy) -> client.write(ServerFrameKind.COUNTS, copy));
    }
}
