package presence.cluster.user;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.Inconsistency;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.model.Origin;
import presence.model.UserEntry;

/**
 * Writes this node's users to Redis, and only the changed sessions of a user with many. One write is in flight at a
 * time; changes meanwhile are merged. After a failure,
 * reconnect or loss of data, all users are written again and stale ones removed. Thread-safe.
 */
public final class UserWriter {
    private static final long RETRY_MS = 500;
    /** Most users that wait to be written. */
    private static final int MAX_PENDING = 10_000;
    /** Longest retry delay while Redis refuses writes. */
    private static final long REFUSED_MOST_MS = 4_000;

    private final UserStore store;
    private final Supplier<Origin> self;
    private final BooleanSupplier connected;
    private final WriteHealth writes;
    private final ScheduledExecutorService maintenance;
    private final ThrottledLog failures;

    private Supplier<Collection<UserEntry>> local = List::of;
    private final Map<String, UserEntry> pending = new LinkedHashMap<>();
    /** Earlier incarnations whose users are removed once the present one is written. */
    private final List<Origin> oldOwners = new ArrayList<>(0);
    /** Valid unless {@link #doubtful}. */
    private final WrittenSessions written = new WrittenSessions();

    private boolean writing;
    private boolean doubtful;
    private long retryMs = RETRY_MS;
    private @Nullable CompletableFuture<Void> retired;

    /**
     * @param self the present origin of this node
     * @param connected whether the command connection is up
     */
    public UserWriter(
            UserStore store,
            Supplier<Origin> self,
            BooleanSupplier connected,
            WriteHealth writes,
            ScheduledExecutorService maintenance,
            ThrottledLog failures) {
        this.store = store;
        this.self = self;
        this.connected = connected;
        this.writes = writes;
        this.maintenance = maintenance;
        this.failures = failures;
    }

    synchronized void represent(Supplier<Collection<UserEntry>> localUsers) {
        local = localUsers;
    }

    synchronized void publish(Collection<UserEntry> changed) {
        if (!doubtful) {
            changed.forEach(entry -> pending.put(entry.userId(), entry));
            if (pending.size() > MAX_PENDING) {
                // Users change faster than Redis accepts writes: write the present users instead.
                rewrite();
                return;
            }
            writeNext();
        }
    }

    /** Writes all users again: Redis may have lost them. */
    synchronized void rewrite() {
        doubtful = true;
        pending.clear();
        writeNext();
    }

    /** Continues under another incarnation: writes all users under it first and removes those of the old one then. */
    synchronized void reincarnate(Origin before) {
        oldOwners.add(before);
        rewrite();
    }

    /** Renews the TTL of this node's users, and writes them again if they are missing. */
    void touch() {
        store.touch(self.get()).whenComplete((there, failure) -> {
            if (failure == null && !there) {
                onMissing();
            }
        });
    }

    /** Compares the users in Redis with the local ones; finds nothing while a write is in flight. */
    CompletionStage<List<Inconsistency>> check() {
        if (!isSettled()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Origin owner = self.get();
        return store.usersOf(owner)
                .thenCombine(store.online(userIds()), (written, online) -> compare(owner, written, online));
    }

    private synchronized boolean isSettled() {
        return !writing && !doubtful && pending.isEmpty();
    }

    private synchronized Set<String> userIds() {
        Set<String> users = new HashSet<>();
        local.get().forEach(entry -> users.add(entry.userId()));
        return users;
    }

    private List<Inconsistency> compare(Origin owner, List<String> written, Set<String> online) {
        if (!isSettled()) {
            return List.of();
        }
        Set<String> ghosts = new HashSet<>(written);
        int missing = 0;
        for (String user : userIds()) {
            missing += ghosts.remove(user) && online.contains(user) ? 0 : 1;
        }
        return missing == 0 && ghosts.isEmpty()
                ? List.of()
                : List.of(new Inconsistency("users in Redis origin", owner, ghosts.size(), missing, this::rewrite));
    }

    private synchronized void onMissing() {
        if (!writing && pending.isEmpty() && !local.get().isEmpty()) {
            rewrite();
        }
    }

    /** Removes this node's users and stops writing. The stage completes when this was tried. */
    synchronized CompletionStage<?> retire() {
        CompletableFuture<Void> tried = new CompletableFuture<>();
        retired = tried;
        writeNext();
        return tried;
    }

    private synchronized void writeNext() {
        CompletableFuture<Void> last = retired;
        if (last != null && !writing) {
            writing = true;
            store.reap(self.get()).whenComplete((done, failure) -> last.complete(null));
            return;
        }
        if (writing || !connected.getAsBoolean()) {
            // The reconnect triggers a rewrite.
            doubtful |= !writing && !pending.isEmpty();
            return;
        }
        Origin owner = self.get();
        if (doubtful) {
            writing = true;
            store.usersOf(owner)
                    .thenCompose(known -> writeAll(owner, known))
                    .whenComplete((done, failure) -> onWritten(owner, failure));
        } else if (!pending.isEmpty()) {
            writing = true;
            List<UserEntry> batch = List.copyOf(pending.values());
            pending.clear();
            writeChanged(owner, batch).whenComplete((done, failure) -> onWritten(owner, failure));
        }
    }

    private CompletionStage<?> writeChanged(Origin owner, List<UserEntry> batch) {
        List<UserEntry> whole = new ArrayList<>();
        List<CompletableFuture<?>> writes = new ArrayList<>();
        for (UserEntry entry : batch) {
            WrittenSessions.Patch patch = written.patch(entry);
            if (patch == null) {
                whole.add(entry);
            } else if (!patch.isEmpty()) {
                writes.add(writePatch(owner, patch, entry).toCompletableFuture());
            }
            written.note(entry);
        }
        if (!whole.isEmpty()) {
            writes.add(store.write(owner, whole).toCompletableFuture());
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
    }

    private CompletionStage<?> writePatch(Origin owner, WrittenSessions.Patch patch, UserEntry entry) {
        return store.patch(owner, patch)
                .thenCompose(applied ->
                        applied ? CompletableFuture.completedFuture(null) : store.write(owner, List.of(entry)));
    }

    private synchronized CompletionStage<?> writeAll(Origin owner, List<String> known) {
        if (!owner.equals(self.get())) {
            // A new incarnation has begun, under which everything is to be written.
            return CompletableFuture.completedFuture(null);
        }
        // Later changes are published separately, after this write.
        doubtful = false;
        pending.clear();
        List<UserEntry> all = new ArrayList<>(local.get());
        Set<String> stale = new HashSet<>(known);
        all.forEach(entry -> stale.remove(entry.userId()));
        written.clear();
        all.forEach(written::note);
        stale.forEach(user -> all.add(new UserEntry(user, List.of(), false)));
        return store.write(owner, all);
    }

    private synchronized void onWritten(Origin owner, @Nullable Throwable failure) {
        writing = false;
        if (failure == null) {
            retryMs = RETRY_MS;
            if (!doubtful && owner.equals(self.get())) {
                oldOwners.forEach(store::reap);
                oldOwners.clear();
            }
            writeNext();
            return;
        }
        if (writes.onFailed(failure) == null) {
            retryMs = RETRY_MS;
            failures.warn("writing users failed, retrying", String.valueOf(failure.getMessage()));
        } else {
            retryMs = Math.min(REFUSED_MOST_MS, 2 * retryMs);
        }
        doubtful = true;
        pending.clear();
        try {
            maintenance.schedule(this::writeNext, retryMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is stopping.
            return;
        }
    }
}
