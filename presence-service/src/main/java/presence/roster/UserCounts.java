package presence.roster;

import java.util.HashMap;
import java.util.Map;

/** Counts members by user; members without a user id are not counted. Not thread-safe. */
public final class UserCounts {
    private final Map<String, Integer> counts = new HashMap<>(0);

    public int of(String userId) {
        return counts.getOrDefault(userId, 0);
    }

    /** Returns the number of distinct users. */
    public int size() {
        return counts.size();
    }

    public void add(String userId) {
        if (!userId.isEmpty()) {
            counts.merge(userId, 1, Integer::sum);
        }
    }

    public void remove(String userId) {
        counts.computeIfPresent(userId, (user, count) -> count == 1 ? null : count - 1);
    }
}
