package presence.model;

/**
 * The state of a node's connections to Redis.
 *
 * @param shared whether the node shares boards over Redis; if not, the other values have no meaning
 * @param commands whether the connection for commands works
 * @param cursors whether the connection for cursors works
 * @param subscriber whether the subscription works
 * @param hears whether own heartbeats are echoed, and thus others' would be received, too
 * @param refused the first word of the error with which Redis refuses writes (READONLY, OOM …); empty while it accepts
 *     them
 */
public record ClusterHealth(
        boolean shared, boolean commands, boolean cursors, boolean subscriber, boolean hears, String refused) {
    /** A node without Redis. */
    public static final ClusterHealth ALONE = new ClusterHealth(false, true, true, true, true, "");

    /** Returns whether all remote changes are received and all local ones are published. */
    public boolean isWhole() {
        return commands && cursors && subscriber && hears && refused.isEmpty();
    }

    /** Describes what does not work, for people; empty when everything works. */
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
