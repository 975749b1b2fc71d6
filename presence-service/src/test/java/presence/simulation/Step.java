package presence.simulation;

import java.util.Locale;

/**
 * Something that happens in a scenario.
 *
 * @param atMs since the start
 * @param subject number of the user or node
 * @param other number of the node that a user goes to, or of what is meant
 * @param forMs how long it lasts, or after what time
 */
record Step(long atMs, Kind kind, int subject, int other, long forMs) {
    /** Grace period of a member whose connection is lost, and the time until everybody knows that it is over. */
    static final long GONE_MS = SimNode.GRACE_MS + 3_000;

    /** How long a node may be out of reach and still counts as alive everywhere. */
    static final long HEARD_MS = 4_000;
    /** What it takes longer where nodes may have been declared dead. */
    private static final long DEAD_MS = 10_000;

    enum Kind {
        JOIN("user %1$s joins on %2$s", 6_000),
        LEAVE("user %1$s leaves", 5_000),
        VANISH("user %1$s loses its connection and does not return", GONE_MS),
        DROP("user %1$s loses its connection and joins on %2$s after %3$d ms", 6_000),
        TWIN("user %1$s joins on %2$s again; its connection before is lost %3$d ms later", 6_000),
        MOVE("user %1$s moves its cursor", 2_000),
        PATCH("user %1$s changes its state", 2_000),
        LOCK("user %1$s asks for lock %5$d", 12_000),
        UNLOCK("user %1$s gives lock %5$d back", 2_000),
        KILL("node %4$s is killed", 20_000),
        BOOT("node %4$s starts", 2_000),
        STOP("node %4$s drains for %3$d ms and stops", 20_000),
        FREEZE("node %4$s is frozen for %3$d ms", 7_000),
        CUT("node %4$s is cut off from Redis for %3$d ms", 7_000),
        MUTE("node %4$s receives no messages any more though its connections look open", 15_000),
        SLOW("packets between node %4$s and Redis take longer on connection %5$d for %3$d ms", 6_000),
        CLOSE("Redis closes connection %5$d of node %4$s", 6_000),
        FLUSH("Redis loses all keys", 12_000),
        RESTART("Redis is down for %3$d ms and comes back empty", 12_000),
        FAILOVER("another Redis takes over after %3$d ms, without the last writes", 12_000),
        READONLY("Redis refuses writes for %3$d ms", 8_000),
        CLOCK("the clock of Redis jumps by %3$d ms", 25_000),
        /** An owner whose board no other node follows misses its segment with the next touch: every 30 s ± 20 %. */
        EVICT("Redis evicts a segment", 40_000),
        EXPIRE("Redis loses the lease of node %4$s", 12_000);

        private final String story;
        private final long boundMs;

        Kind(String story, long boundMs) {
            this.story = story;
            this.boundMs = boundMs;
        }

        /** Whether it is more than what users do. */
        boolean isFault() {
            return compareTo(KILL) >= 0;
        }

        /** Whether data in Redis is lost by it. */
        boolean losesData() {
            return compareTo(FLUSH) >= 0 && this != READONLY;
        }

        /** Whether it lasts for {@link #forMs}. */
        private boolean lasts() {
            return switch (this) {
                case DROP, TWIN, STOP, FREEZE, CUT, SLOW, RESTART, FAILOVER, READONLY -> true;
                default -> false;
            };
        }
    }

    /** Within what time after its end everything is exact. */
    long boundMs() {
        return kind.boundMs + (outageMs() > HEARD_MS ? DEAD_MS : 0);
    }

    long lastsMs() {
        return kind.lasts() ? forMs : 0;
    }

    /** For how long some node may be unable to write, read, or hear: members may then be hidden, and be seen again. */
    long outageMs() {
        return switch (kind) {
            case FREEZE, CUT, READONLY -> forMs;
            // Connections are made again after delays that double.
            case RESTART, FAILOVER -> 500 + 2 * forMs;
            case CLOSE -> 150;
            case MUTE, CLOCK -> 1_000_000;
            default -> 0;
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, kind.story, "u" + subject, SimNodes.name(other), forMs, SimNodes.name(subject), other);
    }
}
