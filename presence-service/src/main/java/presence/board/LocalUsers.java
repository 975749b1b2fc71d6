package presence.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ClusterDirectory;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.UserEntry;
import presence.model.UserSession;

/**
 * The users with a session on this node, over all its boards. A user whose last session here left is kept for
 * {@value #LINGER_MS} ms, so that reloading a page does not make a user offline. Members without a user id are not
 * counted. Changes are collected for a roster tick and then published. A user is published with its list of sessions, at
 * most {@value #MAX_PUBLISHED}; Redis' work grows with that list, so a user with many sessions is published less often.
 * The cost of a change does not depend on the number of users. Thread-safe.
 */
final class LocalUsers {
    static final long LINGER_MS = 2_000;
    /** Users that linger at once; beyond that the first of them go offline early. */
    static final int MAX_LINGERING = 10_000;
    /** Sessions of one user that are published. */
    static final int MAX_PUBLISHED = 256;
    /** A user with n sessions is published at most once in n times this. */
    static final long PUBLISH_MS_PER_SESSION = 10;

    private static final class LocalUser {
        final String id;
        final Map<MemberId, UserSession> sessions = new LinkedHashMap<>(2);
        /** Earliest time of the next publication. */
        long restUntilMs;
        /** When the user is to be published; valid if {@link #changed}. */
        long dueMs;

        boolean changed;

        LocalUser(String id) {
            this.id = id;
        }

        UserEntry entry() {
            return new UserEntry(
                    id, sessions.values().stream().limit(MAX_PUBLISHED).toList(), true);
        }
    }

    private final BoardLoop shared;
    private final long gatherMs;
    private final ClusterDirectory directory;
    /** All guarded by this. */
    private final Map<String, LocalUser> users = new HashMap<>();

    private final DeadlineQueue<String> lingering = new DeadlineQueue<>();
    private boolean lingerTimer;

    private final PriorityQueue<LocalUser> changed =
            new PriorityQueue<>(Comparator.comparingLong((LocalUser user) -> user.dueMs));
    /** When the next flush is due; {@link Long#MAX_VALUE} if none is. */
    private long flushMs = Long.MAX_VALUE;

    /** @param shared the loop that publishes changes */
    LocalUsers(BoardLoop shared, long gatherMs, ClusterDirectory directory) {
        this.shared = shared;
        this.gatherMs = gatherMs;
        this.directory = directory;
        directory.represent(this::all);
    }

    /** Adds or updates a member. */
    void put(BoardId board, @Nullable Member before, Member after) {
        String id = after.profile().userId();
        if (before != null && !before.profile().userId().equals(id)) {
            remove(before);
        }
        if (id.isEmpty()) {
            return;
        }
        UserSession session = new UserSession(
                after.id(), board, after.status(), after.profile().device());
        synchronized (this) {
            lingering.remove(id);
            LocalUser user = users.computeIfAbsent(id, LocalUser::new);
            if (!session.equals(user.sessions.put(session.member(), session))) {
                note(user);
            }
        }
    }

    void remove(Member member) {
        String id = member.profile().userId();
        synchronized (this) {
            LocalUser user = users.get(id);
            if (user == null || user.sessions.remove(member.id()) == null) {
                return;
            }
            note(user);
            if (user.sessions.isEmpty()) {
                lingering.put(id, shared.clock.getAsLong() + LINGER_MS);
                if (lingering.size() > MAX_LINGERING) {
                    goOffline(lingering.pollFirst());
                }
                startLingerTimer();
            }
        }
    }

    synchronized int size() {
        return users.size();
    }

    /** Returns how many members of a user this node has, over all boards. */
    synchronized int sessions(String id) {
        LocalUser user = users.get(id);
        return user == null ? 0 : user.sessions.size();
    }

    /** Returns how many users were examined for being offline so far; tests bound the work by it. */
    synchronized long inspected() {
        return lingering.inspected();
    }

    private synchronized Collection<UserEntry> all() {
        List<UserEntry> entries = new ArrayList<>(users.size());
        users.values().forEach(user -> entries.add(user.entry()));
        return entries;
    }

    private void note(LocalUser user) {
        if (user.changed) {
            return;
        }
        user.changed = true;
        long earliest = Math.max(shared.clock.getAsLong() + 1, user.restUntilMs);
        // All users share these ticks, so that users who change at about the same time are published together.
        user.dueMs = (earliest + gatherMs - 1) / gatherMs * gatherMs;
        changed.add(user);
        startFlushTimer();
    }

    private void startFlushTimer() {
        LocalUser first = changed.peek();
        if (first != null && first.dueMs < flushMs) {
            flushMs = first.dueMs;
            schedule(this::flush, flushMs);
        }
    }

    private void startLingerTimer() {
        if (!lingerTimer && lingering.size() > 0) {
            lingerTimer = true;
            schedule(this::endLingering, lingering.firstDeadlineMs());
        }
    }

    private void schedule(Runnable task, long atMs) {
        shared.loop.schedule(task, Math.max(0, atMs - shared.clock.getAsLong()), TimeUnit.MILLISECONDS);
    }

    private synchronized void endLingering() {
        lingerTimer = false;
        long now = shared.clock.getAsLong();
        for (String id = lingering.pollDue(now); id != null; id = lingering.pollDue(now)) {
            goOffline(id);
        }
        startLingerTimer();
    }

    private void goOffline(@Nullable String id) {
        LocalUser gone = id == null ? null : users.remove(id);
        if (gone != null) {
            note(gone);
        }
    }

    private void flush() {
        List<UserEntry> entries = new ArrayList<>();
        synchronized (this) {
            long now = shared.clock.getAsLong();
            flushMs = Long.MAX_VALUE;
            for (LocalUser user = changed.peek(); user != null && user.dueMs <= now; user = changed.peek()) {
                changed.remove();
                user.changed = false;
                user.restUntilMs = now + Math.min(MAX_PUBLISHED, user.sessions.size()) * PUBLISH_MS_PER_SESSION;
                LocalUser present = users.get(user.id);
                if (present == user) {
                    entries.add(user.entry());
                } else if (present == null) {
                    entries.add(new UserEntry(user.id, List.of(), false));
                }
                // Otherwise the user has a session again and is published with it.
            }
            startFlushTimer();
        }
        if (!entries.isEmpty()) {
            directory.publish(entries);
        }
    }
}
