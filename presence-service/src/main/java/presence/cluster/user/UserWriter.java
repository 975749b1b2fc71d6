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
 * Keeps Redis's copy of this node's users right. One write at a time; what changes meanwhile gathers. After
 * any doubt (failure, reconnect, loss) everything is written again and what should not be there is removed.
 * Thread-safe.
 */
public final class UserWriter {
    private static final long RETRY_MS = 500;
    /** Users that wait to be written, at most. */
    private static final int MAX_PENDING = 10_000;
    /** The longest while Redis refuses writes. */
    private static final long REFUSED_MOST_MS = 4_000;

    private final UserStore store;
    private final Supplier<Origin> self;
    private final BooleanSupplier connected;
    private final WriteHealth writes;
    private final ScheduledExecutorService housekeeping;
    private final ThrottledLog failures;

    private Supplier<Collection<UserEntry>> local = List::of;
    private final Map<String, UserEntry> pending = new LinkedHashMap<>();
    /** Incarnations to be removed once the present one is written. */
    private final List<Origin> oldOwners = new ArrayList<>(0);

    private boolean writing;
    private boolean doubtful;
    private long retryMs = RETRY_MS;
    private @Nullable CompletableFuture<Void> retired;

    /**
     * @param self as whom this node writes now
     * @param connected whether Redis takes commands right now
     */
    public UserWriter(
            UserStore store,
            Supplier<Origin> self,
            BooleanSupplier connected,
            WriteHealth writes,
            ScheduledExecutorService housekeeping,
            ThrottledLog failures) {
        this.store = store;
        this.self = self;
        this.connected = connected;
        this.writes = writes;
        this.housekeeping = housekeeping;
        this.failures = failures;
    }

    synchronized void represent(Supplier<Collection<UserEntry>> localUsers) {
        local = localUsers;
    }

    synchronized void publish(Collection<UserEntry> changed) {
        if (!doubtful) {
            changed.forEach(entry -> pending.put(entry.userId(), entry));
            if (pending.size() > MAX_PENDING) {
                // Users come and go faster than Redis takes them: write those who are there instead.
                rewrite();
                return;
            }
            writeNext();
        }
    }

    /** Redis may not have what it should. */
    synchronized void rewrite() {
        doubtful = true;
        pending.clear();
        writeNext();
    }

    /** This node goes on under another incarnation: first everything is written under it, then the old one goes. */
    synchronized void reincarnate(Origin before) {
        oldOwners.add(before);
        rewrite();
    }

    /** Keeps everything from expiring, and writes it again if it has got lost. */
    void touch() {
        store.touch(self.get()).whenComplete((there, failure) -> {
            if (failure == null && !there) {
                onNothingThere();
            }
        });
    }

    /** Compares the users in Redis with those there are; finds nothing while something is being written. */
    CompletionStage<List<Inconsistency>> look() {
        if (!isSettled()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Origin owner = self.get();
        return store.usersOf(owner)
                .thenCombine(store.online(names()), (written, online) -> compare(owner, written, online));
    }

    private synchronized boolean isSettled() {
        return !writing && !doubtful && pending.isEmpty();
    }

    private synchronized Set<String> names() {
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
        for (String user : names()) {
            missing += ghosts.remove(user) && online.contains(user) ? 0 : 1;
        }
        return missing == 0 && ghosts.isEmpty()
                ? List.of()
                : List.of(new Inconsistency("users in Redis origin", owner, ghosts.size(), missing, this::rewrite));
    }

    private synchronized void onNothingThere() {
        if (!writing && pending.isEmpty() && !local.get().isEmpty()) {
            rewrite();
        }
    }

    /** The node stops: its users are gone, and nothing is written any more. The stage ends when that is tried. */
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
            // The reconnect asks for a rewrite.
            doubtful |= !writing && !pending.isEmpty();
            return;
        }
        Origin owner = self.get();
        if (doubtful) {
            writing = true;
            store.usersOf(owner)
                    .thenCompose(known -> writeAll(owner, known))
                    .whenComplete((done, failure) -> onWritten(failure));
        } else if (!pending.isEmpty()) {
            writing = true;
            List<UserEntry> batch = List.copyOf(pending.values());
            pending.clear();
            store.write(owner, batch).whenComplete((done, failure) -> onWritten(failure));
        }
    }

    private synchronized CompletionStage<?> writeAll(Origin owner, List<String> known) {
        // What changes from here on comes by itself, and later.
        doubtful = false;
        pending.clear();
        List<UserEntry> all = new ArrayList<>(local.get());
        Set<String> stale = new HashSet<>(known);
        all.forEach(entry -> stale.remove(entry.userId()));
        stale.forEach(user -> all.add(new UserEntry(user, List.of(), false)));
        return store.write(owner, all);
    }

    private synchronized void onWritten(@Nullable Throwable failure) {
        writing = false;
        if (failure == null) {
            retryMs = RETRY_MS;
            oldOwners.forEach(store::reap);
            oldOwners.clear();
            writeNext();
            return;
        }
        if (writes.onFailed(failure) == null) {
            retryMs = RETRY_MS;
            failures.warn("writing users failed, trying again", String.valueOf(failure.getMessage()));
        } else {
            retryMs = Math.min(REFUSED_MOST_MS, 2 * retryMs);
        }
        doubtful = true;
        pending.clear();
        try {
            housekeeping.schedule(this::writeNext, retryMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node stops.
            return;
        }
    }
}
