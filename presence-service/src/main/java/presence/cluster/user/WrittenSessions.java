package presence.cluster.user;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;
import presence.model.UserEntry;
import presence.model.UserSession;

/**
 * Remembers what Redis holds of the users with many sessions, so that a change writes the sessions that changed instead
 * of the whole list. Not thread-safe.
 */
final class WrittenSessions {
    /** Fewest sessions of a remembered user; a shorter list costs less than remembering it. */
    static final int MANY = 8;

    private final Map<String, Map<MemberId, UserSession>> written = new HashMap<>();

    /**
     * The difference between two lists of a user.
     *
     * @param size number of sessions afterwards
     */
    record Patch(String userId, int size, List<UserSession> put, List<MemberId> removed) {
        boolean isEmpty() {
            return put.isEmpty() && removed.isEmpty();
        }
    }

    /** Returns what is to be written of {@code entry}; null if this is the whole list. */
    @Nullable Patch patch(UserEntry entry) {
        Map<MemberId, UserSession> before = written.get(entry.userId());
        if (before == null || entry.sessions().isEmpty()) {
            return null;
        }
        Map<MemberId, UserSession> gone = new LinkedHashMap<>(before);
        List<UserSession> put = new ArrayList<>();
        for (UserSession session : entry.sessions()) {
            if (!session.equals(gone.remove(session.member()))) {
                put.add(session);
            }
        }
        int size = entry.sessions().size();
        return 2 * (put.size() + gone.size()) > size
                ? null
                : new Patch(entry.userId(), size, put, List.copyOf(gone.keySet()));
    }

    /** Takes note that Redis will hold {@code entry}. */
    void note(UserEntry entry) {
        if (entry.sessions().size() < MANY) {
            written.remove(entry.userId());
            return;
        }
        Map<MemberId, UserSession> sessions = new HashMap<>();
        entry.sessions().forEach(session -> sessions.put(session.member(), session));
        written.put(entry.userId(), sessions);
    }

    /** Forgets everything: what Redis holds is not known. */
    void clear() {
        written.clear();
    }
}
