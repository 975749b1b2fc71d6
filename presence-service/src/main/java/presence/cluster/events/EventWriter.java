package presence.cluster.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.ThrottledLog;
import presence.events.Change;
import presence.events.EventMetrics;
import presence.model.Origin;

/**
 * Sends a node's changes to the event log in numbered batches, some of them before the earlier ones are answered.
 * After a failure the batches are sent again with their numbers, so that each change is applied once. Where Redis has
 * lost the log, the members that it had are restored without events. Thread-safe.
 */
final class EventWriter {
    /** The log that is written to. */
    interface Log {
        /** The answer where the log does not know the owner: it was lost, or the owner is new. */
        long UNKNOWN_OWNER = -1;
        /** The answer where the owner was declared dead: its members have left the log. */
        long DEAD_OWNER = -2;
        /** The answer, minus the last change that is known, where changes after that one are missing. */
        long GAP = -10;

        /**
         * Applies changes. Returns the number of the last one, or one of the negative answers above.
         *
         * @param first the number of the first change
         */
        CompletionStage<Long> write(Origin owner, long first, List<Change> changes);

        /** Has an owner's members leave the log, and refuses its later changes. Several nodes may do so at once. */
        CompletionStage<?> reap(Origin owner);
    }

    private static final int BATCH = 200;
    private static final int MOST_IN_FLIGHT = 16;
    private static final long RETRY_MS = 250;
    /** Most changes kept while Redis cannot be used. */
    private final int mostWaiting;

    private record Batch(Origin owner, long first, List<Change> changes, boolean[] applied) {
        long last() {
            return first + changes.size() - 1;
        }
    }

    private final Log log;
    private final BooleanSupplier connected;
    private final ScheduledExecutorService later;
    private final EventMetrics metrics;
    private final ThrottledLog failures;

    /** All guarded by this. */
    private Origin owner;

    private final Deque<Change> waiting = new ArrayDeque<>();
    private final Deque<Batch> flying = new ArrayDeque<>();
    private int unanswered;
    /** The number of the last change that was sent. */
    private long number;
    /** The members in the log, by field, as far as Redis has answered. */
    private final Map<String, Change> stored = new LinkedHashMap<>();
    /** The same once all changes so far are stored. */
    private final Map<String, Change> reported = new HashMap<>();
    /** Something failed: nothing is sent until all batches are answered and the changes are sent again. */
    private boolean stopped;

    private long answer;
    private boolean dead;
    private final List<Origin> oldOwners = new ArrayList<>(0);
    private @Nullable CompletableFuture<Void> idle;

    /**
     * @param connected whether the command connection is up
     * @param later runs retries
     * @param mostWaiting changes kept while Redis cannot be used; beyond them only who is there is kept
     */
    EventWriter(
            Log log,
            Origin owner,
            BooleanSupplier connected,
            ScheduledExecutorService later,
            int mostWaiting,
            EventMetrics metrics,
            ThrottledLog failures) {
        this.log = log;
        this.owner = owner;
        this.connected = connected;
        this.later = later;
        this.mostWaiting = mostWaiting;
        this.metrics = metrics;
        this.failures = failures;
    }

    synchronized void append(Change change) {
        if (change.type() == Change.Type.PUT) {
            reported.put(change.field(), change);
        } else if (change.type() != Change.Type.EVENT) {
            reported.remove(change.field());
        }
        waiting.add(change);
        if (waiting.size() > mostWaiting) {
            keepOnlyMembers();
        }
        send();
    }

    /** Drops the waiting changes except what says who is there: Redis was unavailable for too long. */
    private void keepOnlyMembers() {
        int before = waiting.size();
        waiting.clear();
        Set<String> known = new HashSet<>(stored.keySet());
        flying.forEach(batch -> batch.changes().forEach(change -> known.add(change.field())));
        long now = System.currentTimeMillis();
        for (Change change : stored.values()) {
            if (!reported.containsKey(change.field())) {
                waiting.add(Change.leave(change.board(), change.member(), now));
            }
        }
        for (Change change : reported.values()) {
            if (stored.get(change.field()) != change) {
                waiting.add(change);
            }
        }
        metrics.dropped().increment(Math.max(0, before - waiting.size()));
    }

    /** The number of changes that are not stored yet. */
    synchronized int waiting() {
        return waiting.size()
                + flying.stream().mapToInt(batch -> batch.changes().size()).sum();
    }

    /** The members in the log by field, empty while changes wait or are in flight. */
    synchronized @Nullable Map<String, Change> settled() {
        return waiting.isEmpty() && flying.isEmpty() && !dead ? Map.copyOf(stored) : null;
    }

    /** Reports members again that the log lacks, and has members leave that it has too many. */
    synchronized void repair(Set<String> missing, List<Change> leaves) {
        for (String field : missing) {
            Change member = reported.get(field);
            if (member != null) {
                waiting.add(member);
            }
        }
        for (Change leave : leaves) {
            if (!reported.containsKey(leave.field())) {
                waiting.add(leave);
            }
        }
        send();
    }

    /** Sends what waits: the connection is back. */
    synchronized void onConnected() {
        if (stopped && unanswered == 0) {
            resume();
        }
        send();
    }

    /** Continues under another incarnation, under which all members are reported first; the earlier one is removed then. */
    synchronized void reincarnate(Origin next) {
        oldOwners.add(owner);
        owner = next;
        dead = false;
        List<Change> open = unapplied();
        flying.clear();
        unanswered = 0;
        open.addAll(waiting);
        waiting.clear();
        long now = System.currentTimeMillis();
        stored.values().forEach(member -> waiting.add(member.at(now)));
        waiting.addAll(open);
        stored.clear();
        number = 0;
        stopped = false;
        send();
    }

    /** Completes when nothing waits any more. */
    synchronized CompletionStage<Void> whenIdle() {
        if (waiting.isEmpty() && flying.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> waited = idle == null ? new CompletableFuture<>() : idle;
        idle = waited;
        return waited;
    }

    private void send() {
        while (!stopped && !dead && !waiting.isEmpty() && flying.size() < MOST_IN_FLIGHT && connected.getAsBoolean()) {
            List<Change> changes = new ArrayList<>(Math.min(BATCH, waiting.size()));
            while (changes.size() < BATCH && !waiting.isEmpty()) {
                changes.add(waiting.remove());
            }
            Batch batch = new Batch(owner, number + 1, changes, new boolean[1]);
            number = batch.last();
            flying.add(batch);
            unanswered++;
            log.write(owner, batch.first(), changes)
                    .whenComplete((result, failure) -> onAnswer(batch, result, failure));
        }
    }

    private synchronized void onAnswer(Batch batch, @Nullable Long result, @Nullable Throwable failure) {
        if (!batch.owner().equals(owner)) {
            return;
        }
        unanswered--;
        if (failure != null) {
            stop(0);
            metrics.failures().increment();
            failures.warn("writing events failed, retrying", String.valueOf(failure.getMessage()));
        } else if (result == null || result < 0) {
            settle();
            // Behind a batch without an answer it only says that this one has overtaken it, or that it failed.
            stop(result != null && flying.peek() == batch ? result : 0);
        } else {
            batch.applied()[0] = true;
        }
        if (!stopped) {
            settle();
            send();
        } else if (unanswered == 0) {
            recover();
        }
    }

    private void stop(long reason) {
        if (!stopped) {
            stopped = true;
            answer = reason;
        }
    }

    /** Takes over the batches that were applied, from the first to the last of them. */
    private void settle() {
        boolean any = flying.stream().anyMatch(batch -> batch.applied()[0]);
        while (any) {
            Batch batch = flying.remove();
            // A batch without an answer was applied if a later one was: numbers have no gaps.
            batch.changes().forEach(this::store);
            metrics.stored().increment(batch.changes().size());
            any = flying.stream().anyMatch(later -> later.applied()[0]);
        }
        if (waiting.isEmpty() && flying.isEmpty()) {
            oldOwners.forEach(log::reap);
            oldOwners.clear();
            CompletableFuture<Void> waited = idle;
            idle = null;
            if (waited != null) {
                waited.complete(null);
            }
        }
    }

    private void store(Change change) {
        switch (change.type()) {
            case PUT, RESTORE -> stored.put(change.field(), change);
            case LEAVE, FORGET -> stored.remove(change.field());
            case EVENT -> {
                // Of no member that stays.
            }
        }
    }

    private List<Change> unapplied() {
        settle();
        List<Change> open = new ArrayList<>();
        flying.forEach(batch -> open.addAll(batch.changes()));
        return open;
    }

    private void recover() {
        if (answer == Log.DEAD_OWNER) {
            // Continues under another incarnation as soon as this node has noticed.
            dead = true;
            return;
        }
        if (answer < 0) {
            resume();
            return;
        }
        try {
            later.schedule(this::onConnected, RETRY_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The node is stopping.
            return;
        }
    }

    /** Sends again what was not applied, after the members that the log may have lost. */
    private void resume() {
        List<Change> open = unapplied();
        flying.clear();
        number -= open.size();
        Iterator<Change> backwards = reversed(open);
        backwards.forEachRemaining(waiting::addFirst);
        if (answer == Log.UNKNOWN_OWNER) {
            number = 0;
            prepend(Change.Type.RESTORE);
        } else if (answer <= Log.GAP) {
            number = Log.GAP - answer;
            prepend(Change.Type.PUT);
        }
        answer = 0;
        stopped = false;
        send();
    }

    private void prepend(Change.Type type) {
        reversed(List.copyOf(stored.values())).forEachRemaining(member -> waiting.addFirst(member.as(type)));
    }

    private static Iterator<Change> reversed(List<Change> changes) {
        Deque<Change> all = new ArrayDeque<>(changes);
        return all.descendingIterator();
    }
}
