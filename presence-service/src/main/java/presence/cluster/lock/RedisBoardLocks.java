package presence.cluster.lock;

import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.ThrottledLog;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.lock.LockFeed;
import presence.lock.LockLimits;
import presence.lock.LockLink;
import presence.lock.LockRequest;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * The locks of one board over Redis. Requests fail with Redis; what gives locks back is repeated until it is done, or
 * every lock that it concerns has expired. Board loop only.
 */
public final class RedisBoardLocks implements LockLink {
    private static final long RETRY_MS = 1_000;
    /** The longest reconnect backoff of any setting and release, plus one second: owners write their leases again after Redis lost its data. */
    private static final long CONFIRM_MS = 6_000;
    /** Most releases that wait for Redis; beyond that locks are left to expire. */
    private static final int MOST_UNDONE = 10_000;

    /** What gives locks back. */
    private sealed interface Task {
        record Unlock(String name, MemberId member, long staysMs, boolean ownOnly) implements Task {}

        record Release(MemberId member, long staysMs) implements Task {}

        record Reap(Origin owner) implements Task {}
    }

    private final LockStore store;
    private final BoardId board;
    private final EventLoop loop;
    private final LockFeed feed;
    private final ThrottledLog failures;
    /** Tasks to repeat until they are done, each with the time in nanoseconds of its first attempt. */
    private final Map<Task, Long> undone = new LinkedHashMap<>(0);

    private final Set<Task> running = new HashSet<>(0);
    private final Set<Origin> doubted = new HashSet<>(0);
    private long longestMs = LockLimits.DEFAULT.longestMs();
    private boolean retryScheduled;
    private boolean reading;
    private boolean readsAgain;
    private boolean readDue;
    private boolean closed;

    public RedisBoardLocks(LockStore store, BoardId board, EventLoop loop, LockFeed feed, ThrottledLog failures) {
        this.store = store;
        this.board = board;
        this.loop = loop;
        this.feed = feed;
        this.failures = failures;
    }

    @Override
    public CompletionStage<LockAnswer> lock(LockRequest request, LockLimits limits) {
        longestMs = limits.longestMs();
        String name = request.name();
        MemberId member = request.member();
        Lock known = feed.known(name);
        boolean isHeld = known != null && known.holder().equals(member);
        // The member may hold the lock already, from another node: then its client relies on it for a while.
        Task undo = new Task.Unlock(name, member, limits.staysMs(), true);
        // What is asked for now is not to be given back.
        undone.keySet()
                .removeIf(task -> task instanceof Task.Unlock unlock
                        && unlock.name().equals(name)
                        && unlock.member().equals(member));
        CompletableFuture<LockAnswer> answered = new CompletableFuture<>();
        call(store.lock(board, request, limits, known, feed.fencing()), (answer, failure) -> {
            if (answer == null) {
                if (!isHeld) {
                    // Redis may carry it out later.
                    keep(undo);
                    retryLater();
                }
                answered.completeExceptionally(failure);
                return;
            }
            Lock lock = answer.locks().isEmpty() ? null : answer.locks().get(0);
            feed.onLock(name, lock);
            answered.complete(new LockAnswer(LockAnswer.Outcome.of(answer.code()), lock));
        });
        return answered;
    }

    @Override
    public void unlock(String name, MemberId member) {
        Lock known = feed.known(name);
        boolean isElsewhere =
                known != null && !known.owner().node().equals(store.self().node());
        // Redis may carry this out after the member has moved to another node and got the lock again there, so it gives
        // back only what this node owns; unless another node still owns the lock of a member that this node took over.
        perform(new Task.Unlock(name, member, 0, !isElsewhere));
    }

    @Override
    public void release(MemberId member, long staysMs) {
        perform(new Task.Release(member, staysMs));
    }

    @Override
    public void claim(MemberId member) {
        call(store.claim(board, member, feed.fencing()), (answer, failure) -> {
            if (answer != null) {
                feed.onLocks(answer.locks());
            } else {
                readLater();
            }
        });
    }

    @Override
    public CompletionStage<?> read() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        call(store.read(board, own(), feed.fencing()), (answer, failure) -> {
            if (answer == null) {
                done.completeExceptionally(failure);
            } else {
                feed.onLocks(answer.locks());
                done.complete(null);
            }
        });
        return done;
    }

    /** What this node's members hold. */
    private List<Lock> own() {
        return feed.known().stream()
                .filter(lock -> lock.owner().node().equals(store.self().node()))
                .toList();
    }

    /** Another node has changed locks. */
    public void onChanged() {
        readSoon();
    }

    /**
     * Reads all locks, writes again what Redis may have lost, and asks again for what waits: after Redis, or the way to
     * it, was away, and after this node was declared dead.
     */
    public void verify() {
        if (closed) {
            return;
        }
        readSoon();
        feed.onDoubt();
        performAll();
    }

    private void readSoon() {
        if (closed) {
            return;
        }
        if (reading) {
            readsAgain = true;
            return;
        }
        reading = true;
        readDue = false;
        read().whenComplete((done, failure) -> {
            reading = false;
            if (failure != null) {
                readLater();
            } else {
                doubtOwners();
            }
            if (readsAgain) {
                readsAgain = false;
                readSoon();
            }
        });
    }

    /** Checks owners without a lease: those that died while no other node followed the board. */
    private void doubtOwners() {
        Set<Origin> others = feed.known().stream()
                .map(Lock::owner)
                .filter(owner -> !owner.node().equals(store.self().node()))
                .collect(Collectors.toSet());
        others.forEach(owner -> {
            if (doubted.add(owner)) {
                confirm(
                        owner,
                        () -> loop.schedule(
                                () -> {
                                    doubted.remove(owner);
                                    confirm(owner, () -> onOwnerGone(owner));
                                },
                                CONFIRM_MS,
                                TimeUnit.MILLISECONDS));
            }
        });
    }

    private void confirm(Origin owner, Runnable ifGone) {
        store.isAlive(owner)
                .whenComplete((alive, failure) -> loop.execute(() -> {
                    if (failure == null && !alive) {
                        ifGone.run();
                    } else {
                        doubted.remove(owner);
                    }
                }));
    }

    /** An owner is dead or has left: what no other node has claimed is released. */
    public void onOwnerGone(Origin owner) {
        if (!closed && !feed.known().isEmpty()) {
            perform(new Task.Reap(owner));
        }
    }

    /** A node has stopped: it may not have released all. */
    public void onNodeGone(NodeId node) {
        feed.known().stream()
                .map(Lock::owner)
                .filter(owner -> owner.node().equals(node))
                .distinct()
                .forEach(this::onOwnerGone);
    }

    private void perform(Task task) {
        keep(task);
        send(task);
    }

    private void keep(Task task) {
        if (undone.size() < MOST_UNDONE) {
            undone.putIfAbsent(task, loop.ticker().nanoTime());
        }
    }

    private void readLater() {
        readDue = true;
        retryLater();
    }

    private void send(Task task) {
        if (!running.add(task)) {
            return;
        }
        long fencing = feed.fencing();
        CompletionStage<LockStore.Answer> sent;
        if (task instanceof Task.Unlock unlock) {
            sent = store.unlock(board, unlock.name(), unlock.member(), unlock.staysMs(), unlock.ownOnly(), fencing);
        } else if (task instanceof Task.Release release) {
            sent = store.release(board, release.member(), release.staysMs(), fencing);
        } else {
            sent = store.reap(board, ((Task.Reap) task).owner(), fencing);
        }
        call(sent, (answer, failure) -> {
            running.remove(task);
            if (answer == null) {
                retryLater();
                return;
            }
            undone.remove(task);
            if (task instanceof Task.Unlock unlock) {
                feed.onLock(
                        unlock.name(),
                        answer.locks().isEmpty() ? null : answer.locks().get(0));
            } else {
                feed.onLocks(answer.locks());
            }
        });
    }

    private void performAll() {
        long now = loop.ticker().nanoTime();
        undone.values().removeIf(since -> now - since > TimeUnit.MILLISECONDS.toNanos(longestMs));
        List.copyOf(undone.keySet()).forEach(this::send);
    }

    private void retryLater() {
        if (!retryScheduled) {
            retryScheduled = true;
            loop.schedule(
                    () -> {
                        retryScheduled = false;
                        performAll();
                        if (readDue) {
                            readSoon();
                        }
                        if (!undone.isEmpty() || readDue) {
                            retryLater();
                        }
                    },
                    RETRY_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void call(
            CompletionStage<LockStore.Answer> sent, BiConsumer<LockStore.@Nullable Answer, @Nullable Throwable> then) {
        sent.whenComplete((answer, failure) -> loop.execute(() -> {
            if (failure != null) {
                failures.warn("a call for locks failed board=" + board, failure);
            }
            then.accept(answer, failure);
        }));
    }

    /** The node stops: its members' locks are released, but for those that other nodes have claimed. */
    public CompletionStage<?> retire() {
        return store.reap(board, store.self(), feed.fencing());
    }

    /** The board is dropped. Tasks that are not done are still repeated. */
    public void close() {
        closed = true;
    }
}
