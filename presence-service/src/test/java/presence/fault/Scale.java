package presence.fault;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Scales the time constants of a cluster under test.
 *
 * @param divisor divisor of the production time constants
 */
record Scale(int divisor) {
    /** Lettuce's longest backoff: not a setting, and so not scaled. */
    static final Duration BACKOFF = Duration.ofSeconds(5);

    /** Allowance for two busy cores and the checks of the tests: not scaled either. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    static final Duration NODE_HEARTBEAT = Duration.ofSeconds(2);
    static final Duration LEASE = Duration.ofSeconds(8);
    static final Duration GRACE = Duration.ofSeconds(10);
    static final Duration HEARTBEAT = Duration.ofSeconds(25);
    static final Duration DRAIN = Duration.ofSeconds(25);
    static final Duration LINGER = Duration.ofSeconds(30);

    Duration of(Duration production) {
        return production.dividedBy(divisor);
    }

    /**
     * The bound at this scale: the documented one in production; otherwise its scaled value plus the parts that do not
     * scale.
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
        settings.put("PRESENCE_NODE_HEARTBEAT_MS", millis(NODE_HEARTBEAT));
        settings.put("PRESENCE_NODE_LEASE_MS", millis(LEASE));
        settings.put("PRESENCE_GRACE_MS", millis(GRACE));
        settings.put("PRESENCE_HEARTBEAT_MS", millis(HEARTBEAT));
        settings.put("PRESENCE_DRAIN_MS", millis(DRAIN));
        // A JVM that has just started on a busy core does not answer faster.
        settings.put("PRESENCE_REDIS_TIMEOUT_MS", Long.toString(Math.max(1_000, 2_000 / divisor)));
        settings.put("PRESENCE_LINGER_SECONDS", Long.toString(of(LINGER).toSeconds()));
        // Clients that tell what they show are sent the cursors there, however few move.
        settings.put("PRESENCE_VIEWPORT_THRESHOLD", "1");
        if (Boolean.getBoolean("presence.fault.events")) {
            settings.put("PRESENCE_EVENTS", "on");
        }
        return settings;
    }

    private String millis(Duration production) {
        return Long.toString(of(production).toMillis());
    }
}
