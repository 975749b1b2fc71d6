package presence.model;

/**
 * What a node has of Redis right now.
 *
 * @param shared whether there is a Redis to share boards over; if not, nothing of the rest means anything
 * @param commands whether its connection for commands works
 * @param cursors whether its connection for cursors works
 * @param subscriber whether its subscription works
 * @param hears whether its own heartbeats come back, so that others' would, too
 * @param refused the error with which Redis refuses writes, its first word (READONLY, OOM …); empty while it takes them
 */
public record ClusterHealth(
        boolean shared, boolean commands, boolean cursors, boolean subscriber, boolean hears, String refused) {
    /** A node without Redis. */
    public static final ClusterHealth ALONE = new ClusterHealth(false, true, true, true, true, "");

    /** Whether everything of the others is seen and everything of this node is told. */
    public boolean isWhole() {
        return commands && cursors && subscriber && hears && refused.isEmpty();
    }

    /** What does not work, for people; empty where everything does. */
    public String problem() {
        if (!commands && !cursors && !subscriber) {
            return "redis cannot be reached";
        }
        StringBuilder down = new StringBuilder();
        append(down, !commands, "commands");
        append(down, !cursors, "cursors");
        append(down, !subscriber, "subscriber");
        if (!down.isEmpty()) {
            return "connections to redis are down: " + down;
        }
        if (!refused.isEmpty()) {
            return "redis refuses writes: " + refused;
        }
        return hears ? "" : "own heartbeats do not come back through redis";
    }

    private static void append(StringBuilder list, boolean add, String name) {
        if (add) {
            list.append(list.isEmpty() ? "" : ", ").append(name);
        }
    }
}
