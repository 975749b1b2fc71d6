package presence.agent;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Ends one agent when its time to live has passed since the last call about it. Its event loop only. */
final class AgentExpiry {
    private final EventLoop loop;
    private final LongSupplier clock;
    private final Runnable onOver;

    private long untilMs;
    private @Nullable ScheduledFuture<?> check;

    /**
     * @param clock monotonic milliseconds
     * @param onOver called once
     */
    AgentExpiry(EventLoop loop, LongSupplier clock, Runnable onOver) {
        this.loop = loop;
        this.clock = clock;
        this.onOver = onOver;
    }

    /** Restarts the time. */
    void begin(long ttlMs) {
        untilMs = clock.getAsLong() + ttlMs;
        ScheduledFuture<?> present = check;
        // A check that runs too early schedules another one; one that would run too late is replaced.
        if (present != null && present.getDelay(TimeUnit.MILLISECONDS) > ttlMs) {
            present.cancel(false);
            check = null;
        }
        if (check == null) {
            check = loop.schedule(this::check, ttlMs, TimeUnit.MILLISECONDS);
        }
    }

    void cancel() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }

    private void check() {
        check = null;
        long left = untilMs - clock.getAsLong();
        if (left > 0) {
            check = loop.schedule(this::check, left, TimeUnit.MILLISECONDS);
        } else {
            onOver.run();
        }
    }
}
