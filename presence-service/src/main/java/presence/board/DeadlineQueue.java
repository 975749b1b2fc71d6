package presence.board;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys that each wait until a time. All wait for equally long, so that the first to come is the first to end and every
 * call takes the same time however many wait. Pure; time is a parameter. Not thread-safe.
 */
final class DeadlineQueue<K> {
    private final Map<K, Long> deadlines = new LinkedHashMap<>();
    private long inspected;

    /** @param deadlineMs not before that of any key that waits */
    void put(K key, long deadlineMs) {
        deadlines.remove(key);
        deadlines.put(key, deadlineMs);
    }

    void remove(K key) {
        deadlines.remove(key);
    }

    boolean contains(K key) {
        return deadlines.containsKey(key);
    }

    int size() {
        return deadlines.size();
    }

    /** When the first key ends; {@link Long#MAX_VALUE} if none waits. */
    long firstDeadlineMs() {
        return deadlines.isEmpty()
                ? Long.MAX_VALUE
                : deadlines.values().iterator().next();
    }

    /** Removes and returns the first key if its time is over; null if no key's is. */
    @Nullable K pollDue(long nowMs) {
        Iterator<Map.Entry<K, Long>> first = deadlines.entrySet().iterator();
        if (!first.hasNext()) {
            return null;
        }
        inspected++;
        Map.Entry<K, Long> entry = first.next();
        if (entry.getValue() > nowMs) {
            return null;
        }
        first.remove();
        return entry.getKey();
    }

    /** Removes and returns the first key, whatever its time; null if there is none. */
    @Nullable K pollFirst() {
        return pollDue(Long.MAX_VALUE);
    }

    /** How many keys were looked at so far, to count the work. */
    long inspected() {
        return inspected;
    }
}
