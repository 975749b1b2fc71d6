package presence.cluster.redis;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs a WARN at most every ten seconds, with the number of those suppressed since. Thread-safe. */
public final class ThrottledLog {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final Logger log;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong suppressed = new AtomicLong();

    public ThrottledLog(Logger log) {
        this.log = log;
    }

    /** @param failure its message is the detail; null for none */
    public void warn(String event, @Nullable Throwable failure) {
        warn(event, failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    public void warn(String event, String detail) {
        long now = System.nanoTime();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
            log.warn("{} detail={} alsoSince={}", event, detail, suppressed.getAndSet(0));
        } else {
            suppressed.incrementAndGet();
        }
    }
}
