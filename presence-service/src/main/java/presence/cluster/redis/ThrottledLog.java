package presence.cluster.redis;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** A WARN at most every ten seconds, saying how many it stands for. Thread-safe. */
public final class ThrottledLog {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final Logger log;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong silent = new AtomicLong();

    public ThrottledLog(Logger log) {
        this.log = log;
    }

    public void warn(String event, String detail) {
        long now = System.nanoTime();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
            log.warn("{} detail={} alsoSince={}", event, detail, silent.getAndSet(0));
        } else {
            silent.incrementAndGet();
        }
    }
}
