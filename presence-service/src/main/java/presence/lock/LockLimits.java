package presence.lock;

/**
 * Bounds on the locks of one board.
 *
 * @param perMember locks that a member holds or waits for; 0 = none may be asked for
 * @param perBoard locks that are held
 * @param perQueue members that wait for one lock
 * @param longestMs largest time to live
 * @param staysMs how long a lock stays after its last renewal when its member or its node is gone without a leave: its client
 *     may still rely on it
 */
public record LockLimits(int perMember, int perBoard, int perQueue, long longestMs, long staysMs) {
    /** Smallest time to live: less would end between two renewals. */
    public static final long SHORTEST_MS = 1_000;

    /** Time to live of a lock whose client names none. */
    public static final long USUAL_MS = 30_000;

    public static final LockLimits DEFAULT = new LockLimits(16, 500, 32, 300_000, 6_000);
}
