package presence.lock;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Receives a board's locks. Board loop only. */
public interface LockFeed {
    /** Replaces what is known by all locks. */
    void onLocks(Collection<Lock> all);

    /** Applies one lock; null if it is free. */
    void onLock(String name, @Nullable Lock lock);

    /** What waits may have been lost: it is to be asked for again. */
    void onDoubt();

    /** Returns the known locks, with the time that each has left now. */
    Collection<Lock> known();

    /** Returns what is known of a lock; null if it is free. */
    @Nullable Lock known(String name);

    /** Returns the greatest fencing number known; 0 for none. */
    long fencing();
}
