package presence.connection;

/**
 * Counts the reads of one event loop's connections that brought heartbeats, pings or pongs and nothing else. From it the
 * loop knows that no client waits for anything that must be quick. That event loop only.
 */
public final class HeartbeatReads {
    private long count;

    void add() {
        add(1);
    }

    /** Counts so many at once. */
    public void add(int reads) {
        count += reads;
    }

    public long count() {
        return count;
    }
}
