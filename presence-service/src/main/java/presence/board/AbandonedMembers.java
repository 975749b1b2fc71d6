package presence.board;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import presence.model.MemberId;

/**
 * Members whose clients came here with their resume key when nobody could tell whose it was (Redis did not answer, or
 * did not have them yet), and are somebody new since. Where such a member turns up, waiting for its client until its
 * grace is over, nobody will come. Board loop only.
 */
final class AbandonedMembers {
    /** More keys than this at once are nobody's clients. */
    private static final int MAX = 1_000;

    private final long keptMs;
    /** By when each is forgotten, the first first. */
    private final Map<MemberId, Long> deadlines = new LinkedHashMap<>(0);

    /** @param keptMs how long a member may take to turn up */
    AbandonedMembers(long keptMs) {
        this.keptMs = keptMs;
    }

    void add(MemberId id, long nowMs) {
        Iterator<Long> oldest = deadlines.values().iterator();
        while (oldest.hasNext() && (oldest.next() <= nowMs || deadlines.size() >= MAX)) {
            oldest.remove();
        }
        deadlines.remove(id);
        deadlines.put(id, nowMs + keptMs);
    }

    /** Whether its client has given the member up. */
    boolean contains(MemberId id, long nowMs) {
        Long deadline = deadlines.get(id);
        return deadline != null && deadline > nowMs;
    }

    void remove(MemberId id) {
        deadlines.remove(id);
    }
}
