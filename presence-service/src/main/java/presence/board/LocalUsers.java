package presence.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.UserEntry;
import presence.model.UserSession;

/**
 * The users with a session on this node, over all its boards. A user whose last session here left is kept
 * for {@value #LINGER_MS} ms: who reloads a page has not been away. Members without a user id are nobody's.
 * Changes gather for a roster tick before the others hear of them. Thread-safe.
 */
final class LocalUsers {
    static final long LINGER_MS = 2_000;

    private final BoardLoop shared;
    private final long gatherMs;
    private final ClusterDirectory directory;
    /** By user; an empty map is one who lingers. All guarded by this. */
    private final Map<String, Map<MemberId, UserSession>> users = new HashMap<>();
    /** Until when, the first to end first. */
    private final Map<String, Long> lingering = new LinkedHashMap<>();

    private final Set<String> changed = new LinkedHashSet<>();
    private boolean flushScheduled;

    /** @param shared the loop that tells the others */
    LocalUsers(BoardLoop shared, long gatherMs, ClusterDirectory directory) {
        this.shared = shared;
        this.gatherMs = gatherMs;
        this.directory = directory;
        directory.represent(this::all);
    }

    /** A member came or changed. */
    void put(BoardId board, @Nullable Member before, Member after) {
        String user = after.profile().userId();
        if (before != null && !before.profile().userId().equals(user)) {
            remove(before);
        }
        if (user.isEmpty()) {
            return;
        }
        UserSession session = new UserSession(
                after.id(), board, after.status(), after.profile().device());
        synchronized (this) {
            lingering.remove(user);
            Map<MemberId, UserSession> sessions = users.computeIfAbsent(user, key -> new LinkedHashMap<>(2));
            if (!session.equals(sessions.put(session.member(), session))) {
                note(user);
            }
        }
    }

    void remove(Member member) {
        String user = member.profile().userId();
        synchronized (this) {
            Map<MemberId, UserSession> sessions = users.get(user);
            if (sessions == null || sessions.remove(member.id()) == null) {
                return;
            }
            note(user);
            if (sessions.isEmpty()) {
                lingering.put(user, shared.clock.getAsLong() + LINGER_MS);
                schedule(this::endLingering, LINGER_MS);
            }
        }
    }

    synchronized int size() {
        return users.size();
    }

    private synchronized Collection<UserEntry> all() {
        List<UserEntry> entries = new ArrayList<>(users.size());
        users.keySet().forEach(user -> entries.add(entry(user)));
        return entries;
    }

    private void note(String user) {
        changed.add(user);
        if (!flushScheduled) {
            flushScheduled = true;
            schedule(this::flush, gatherMs);
        }
    }

    private void schedule(Runnable task, long delayMs) {
        shared.loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    private synchronized void endLingering() {
        long now = shared.clock.getAsLong();
        lingering.entrySet().removeIf(one -> {
            boolean over = one.getValue() <= now;
            if (over) {
                users.remove(one.getKey());
                note(one.getKey());
            }
            return over;
        });
    }

    private void flush() {
        List<UserEntry> entries;
        synchronized (this) {
            flushScheduled = false;
            entries = new ArrayList<>(changed.size());
            changed.forEach(user -> entries.add(entry(user)));
            changed.clear();
        }
        directory.publish(entries);
    }

    private UserEntry entry(String user) {
        Map<MemberId, UserSession> sessions = users.get(user);
        return sessions == null
                ? new UserEntry(user, List.of(), false)
                : new UserEntry(user, List.copyOf(sessions.values()), true);
    }
}
