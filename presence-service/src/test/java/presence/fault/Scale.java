package presence.fault;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much faster than in production a cluster under test runs.
 *
 * @param divisor what the product's time constants are divided by
 */
record Scale(int divisor) {
    /** Lettuce's longest backoff: not a setting, so it does not shrink. */
    static final Duration BACKOFF = Duration.ofSeconds(5);

    /** What two busy cores and the tests' own looking take: does not shrink either. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    static final Duration LEASE = Duration.ofSeconds(8);
    static final Duration GRACE = Duration.ofSeconds(10);
    static final Duration HEARTBEAT = Duration.ofSeconds(25);
    static final Duration DRAIN = Duration.ofSeconds(25);
    static final Duration LINGER = Duration.ofSeconds(30);

    Duration of(Duration production) {
        return production.dividedBy(divisor);
    }

    /**
     * The bound to keep at this scale: in production the documented one and nothing else, faster than
     * that its part and what does not shrink.
     */
    Duration bound(Duration production, boolean reconnects) {
        if (divisor == 1) {
            return production;
        }
        Duration constant = reconnects ? BACKOFF.plus(SLACK) : SLACK;
        return of(production).plus(constant);
    }

    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("PRESENCE_NODE_HEARTBEAT_MS", millis(Duration.ofSeconds(2)));
        settings.put("PRESENCE_NODE_LEASE_MS", millis(LEASE));
        settings.put("PRESENCE_GRACE_MS", millis(GRACE));
        settings.put("PRESENCE_HEARTBEAT_MS", millis(HEARTBEAT));
        settings.put("PRESENCE_DRAIN_MS", millis(DRAIN));
        // A JVM of a second's age on a busy core does not answer in less.
        settings.put("PRESENCE_REDIS_TIMEOUT_MS", Long.toString(Math.max(1_000, 2_000 / divisor)));
        settings.put("PRESENCE_LINGER_SECONDS", Long.toString(of(LINGER).toSeconds()));
        return settings;
    }

    private String millis(Duration production) {
        return Long.toString(of(production).toMillis());
    }
}
