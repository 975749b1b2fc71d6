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
    enum Kind {
        JOIN("user %1$s joins on %2$s"),
        LEAVE("user %1$s leaves"),
        VANISH("user %1$s loses its connection and does not return"),
        DROP("user %1$s loses its connection and joins on %2$s after %3$d ms"),
        TWIN("user %1$s joins on %2$s again; its connection before is lost %3$d ms later"),
        MOVE("user %1$s moves its cursor"),
        PATCH("user %1$s changes its state"),
        KILL("node %4$s is killed"),
        BOOT("node %4$s starts"),
        STOP("node %4$s drains for %3$d ms and stops"),
        FREEZE("node %4$s is frozen for %3$d ms"),
        CUT("node %4$s is cut off from Redis for %3$d ms"),
        MUTE("node %4$s receives no messages any more though its connections look open"),
        SLOW("packets between node %4$s and Redis take longer for %3$d ms"),
        CLOSE("Redis closes connection %5$d of node %4$s"),
        FLUSH("Redis loses all keys"),
        RESTART("Redis is down for %3$d ms and comes back empty"),
        FAILOVER("another Redis takes over after %3$d ms, without the last writes"),
        READONLY("Redis refuses writes for %3$d ms"),
        CLOCK("the clock of Redis jumps by %3$d ms"),
        EVICT("Redis evicts a segment"),
        EXPIRE("Redis loses the lease of node %4$s");

        private final String story;

        Kind(String story) {
            this.story = story;
        }

        /** Whether members may be shown to leave and to return: some node could not be reached for long. */
        boolean mayFlap() {
            return switch (this) {
                case KILL, STOP, FREEZE, CUT, MUTE, RESTART, FAILOVER, READONLY, CLOCK -> true;
                default -> false;
            };
        }

        /** Whether data in Redis is lost by it. */
        boolean losesData() {
            return compareTo(FLUSH) >= 0 && this != READONLY;
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, kind.story, "u" + subject, SimNodes.name(other), forMs, SimNodes.name(subject), other);
    }
}
