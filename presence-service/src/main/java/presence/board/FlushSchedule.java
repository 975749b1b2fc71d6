package presence.board;

import java.util.concurrent.TimeUnit;

/** Runs a board's flush once per roster tick while there is something to flush. Board loop only. */
final class FlushSchedule {
    private final BoardLoop shared;
    private final long tickMs;
    private final Runnable flush;
    private boolean scheduled;
    private long lastMs;

    /** @param tickMs the least time between two flushes, in milliseconds */
    FlushSchedule(BoardLoop shared, long tickMs, Runnable flush) {
        this.shared = shared;
        this.tickMs = tickMs;
        this.flush = flush;
        this.lastMs = shared.clock.getAsLong() - tickMs;
    }

    /** Runs the flush as a task of its own: at once, or when a tick has passed since the last one. */
    void request() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        long wait = lastMs + tickMs - shared.clock.getAsLong();
        if (wait <= 0) {
            shared.loop.execute(this::run);
        } else {
            shared.loop.schedule(this::run, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void run() {
        scheduled = false;
        lastMs = shared.clock.getAsLong();
        flush.run();
    }
}
