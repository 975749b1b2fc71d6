package presence.board;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys with deadlines. All wait equally long, so that keys expire in the order they were added and every call takes
 * constant time. Pure; time is a parameter. Not thread-safe.
 */
final class DeadlineQueue<K> {
    private final Map<K, Long> deadlines = new LinkedHashMap<>();
    private long inspected;

    /** @param deadlineMs not before the deadline of any queued key */
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

    /** Returns the earliest deadline; {@link Long#MAX_VALUE} if the queue is empty. */
    long firstDeadlineMs() {
        return deadlines.isEmpty()
                ? Long.MAX_VALUE
                : deadlines.values().iterator().next();
    }

    /** Removes and returns the first key if its deadline has passed; else null. */
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

    /** Removes and returns the first key whatever its deadline; null if the queue is empty. */
    @Nullable K pollFirst() {
        return pollDue(Long.MAX_VALUE);
    }

    /** Returns how many keys were examined so far; tests bound the work by it. */
    long inspected() {
        return inspected;
    }
}
