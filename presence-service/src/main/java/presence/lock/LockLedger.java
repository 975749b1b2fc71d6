package presence.lock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * The locks of one board: what the script {@code locks.lua} does, in memory. A lock whose time is over is given to the
 * member that has waited longest as soon as anything is asked. Confined to one thread.
 */
public final class LockLedger {
    /** @param endMs when it ends unless it is renewed */
    public record Held(MemberId holder, long fencing, Origin owner, long endMs, long ttlMs) {
        private Held ownedBy(Origin node) {
            return new Held(holder, fencing, node, endMs, ttlMs);
        }
    }

    /** A member that waits for a lock. */
    public record Waiter(MemberId member, Origin owner, long ttlMs) {}

    /**
     * Everything that a ledger knows.
     *
     * @param last the last fencing number
     * @param created the least one since the ledger began; 0 before the first
     * @param released numbers of released locks that are older than the ledger, by name
     */
    public record State(
            long last,
            long created,
            Map<String, Held> held,
            Map<String, List<Waiter>> queues,
            Map<String, Long> released) {}

    private final TreeMap<String, Held> held = new TreeMap<>();
    private final Map<String, Deque<Waiter>> queues = new HashMap<>(0);
    /** Fencing numbers of released locks that were granted before this ledger began: they are not restored again. */
    private final Map<String, Long> released = new HashMap<>(0);

    private long last;
    private long created;
    private final Set<String> changed = new LinkedHashSet<>(2);

    private long nowMs;
    private long stamp;
    private long floor;

    /** Makes a ledger without locks. */
    public LockLedger() {}

    /** Makes a ledger that goes on from a state. */
    public LockLedger(State state) {
        last = state.last;
        created = state.created;
        held.putAll(state.held);
        state.queues.forEach((name, queue) -> queues.put(name, new ArrayDeque<>(queue)));
        released.putAll(state.released);
    }

    /** Returns a copy of everything that this ledger knows. */
    public State state() {
        Map<String, List<Waiter>> waiting = new HashMap<>();
        queues.forEach((name, queue) -> waiting.put(name, List.copyOf(queue)));
        return new State(last, created, Map.copyOf(held), waiting, Map.copyOf(released));
    }

    /**
     * Sets the time of what follows, until the next call.
     *
     * @param nowMs by a clock that does not go back, in milliseconds
     * @param stamp least fencing number of a lock that is granted, from a clock: a ledger that has lost its state goes on
     *     above the numbers it gave before
     * @param floor greatest fencing number that the caller knows; 0 for none
     */
    public LockLedger at(long nowMs, long stamp, long floor) {
        this.nowMs = nowMs;
        this.stamp = stamp;
        this.floor = floor;
        changed.clear();
        return this;
    }

    /** Returns the names that were granted, or became free, since {@link #at}. */
    public Set<String> changed() {
        return Set.copyOf(changed);
    }

    /**
     * Asks for a lock, or renews it.
     *
     * @param known the lock as the caller's node knows it; restored if this ledger has lost it
     */
    public LockAnswer lock(LockRequest request, Origin node, LockLimits limits, @Nullable Lock known) {
        String name = request.name();
        if (known != null) {
            restore(known, known.owner());
        }
        Held present = present(name);
        LockAnswer.Outcome outcome;
        if (present != null && present.holder.equals(request.member())) {
            // A request that is late does not take the lock from the node to which its member has moved: that needs a
            // claim.
            Origin owner = present.owner.node().equals(node.node()) ? node : present.owner;
            held.put(name, new Held(present.holder, present.fencing, owner, nowMs + request.ttlMs(), request.ttlMs()));
            outcome = LockAnswer.Outcome.RENEWED;
        } else {
            outcome = enter(request, node, limits, present != null);
        }
        return new LockAnswer(outcome, shown(name));
    }

    private LockAnswer.Outcome enter(LockRequest request, Origin node, LockLimits limits, boolean taken) {
        String name = request.name();
        MemberId member = request.member();
        Deque<Waiter> queue = queues.getOrDefault(name, new ArrayDeque<>(0));
        boolean waits = queue.stream().anyMatch(waiter -> waiter.member.equals(member));
        if (taken && !request.waits()) {
            leaveQueue(name, (who, owner) -> who.equals(member));
            return LockAnswer.Outcome.DENIED;
        }
        if (taken && waits) {
            replaceWaiters(name, waiter -> waiter.member.equals(member) ? waiter(request, node) : waiter);
            return LockAnswer.Outcome.QUEUED;
        }
        if (countOf(member) >= limits.perMember()) {
            return LockAnswer.Outcome.MEMBER_FULL;
        }
        if (!taken) {
            if (heldNow() >= limits.perBoard()) {
                return LockAnswer.Outcome.BOARD_FULL;
            }
            grant(name, waiter(request, node));
            return LockAnswer.Outcome.GRANTED;
        }
        if (queue.size() >= limits.perQueue()) {
            return LockAnswer.Outcome.QUEUE_FULL;
        }
        queues.computeIfAbsent(name, key -> new ArrayDeque<>(2)).add(waiter(request, node));
        return LockAnswer.Outcome.QUEUED;
    }

    private static Waiter waiter(LockRequest request, Origin node) {
        return new Waiter(request.member(), node, request.ttlMs());
    }

    private int countOf(MemberId member) {
        long holds = held.values().stream()
                .filter(lock -> lock.endMs > nowMs && lock.holder.equals(member))
                .count();
        long waits = queues.values().stream()
                .flatMap(Collection::stream)
                .filter(waiter -> waiter.member.equals(member))
                .count();
        return (int) (holds + waits);
    }

    private int heldNow() {
        return (int) held.values().stream().filter(lock -> lock.endMs > nowMs).count();
    }

    /** Gives a lock back, or stops waiting for it. */
    public void unlock(String name, MemberId member) {
        unlock(name, member, 0, null);
    }

    /**
     * @param staysMs as in {@link #release}
     * @param only the only node whose lock or wait is given back; null = any
     */
    public void unlock(String name, MemberId member, long staysMs, @Nullable NodeId only) {
        BiPredicate<MemberId, Origin> given = (who, owner) ->
                who.equals(member) && (only == null || owner.node().equals(only));
        leaveQueue(name, given);
        Held present = present(name);
        if (present != null && given.test(present.holder, present.owner)) {
            giveUp(name, present, staysMs);
        }
    }

    /**
     * Gives all back that a member holds or waits for.
     *
     * @param staysMs how long a lock stays after its last renewal: a client that cannot be reached relies on it for so long;
     *     0 = it is free at once
     */
    public void release(MemberId member, long staysMs) {
        drop((who, owner) -> who.equals(member), staysMs);
    }

    /**
     * Gives all back that members of a node hold or wait for, and that no other node has claimed.
     *
     * @param staysMs as in {@link #release}
     */
    public void reap(Origin node, long staysMs) {
        drop((who, owner) -> owner.equals(node), staysMs);
    }

    private void drop(BiPredicate<MemberId, Origin> gone, long staysMs) {
        List.copyOf(queues.keySet()).forEach(name -> leaveQueue(name, gone));
        for (String name : List.copyOf(held.keySet())) {
            Held present = present(name);
            if (present != null && gone.test(present.holder, present.owner)) {
                giveUp(name, present, staysMs);
            }
        }
    }

    private void giveUp(String name, Held present, long staysMs) {
        long endMs = present.endMs - present.ttlMs + staysMs;
        if (staysMs == 0 || endMs <= nowMs) {
            free(name, present);
        } else if (endMs < present.endMs) {
            held.put(name, new Held(present.holder, present.fencing, present.owner, endMs, staysMs));
            changed.add(name);
        }
    }

    /** Makes a node the owner of what a member holds or waits for. */
    public void claim(MemberId member, Origin node) {
        List.copyOf(queues.keySet())
                .forEach(name -> replaceWaiters(
                        name,
                        waiter -> waiter.member.equals(member) ? new Waiter(member, node, waiter.ttlMs) : waiter));
        for (String name : List.copyOf(held.keySet())) {
            Held present = present(name);
            if (present != null && present.holder.equals(member) && !present.owner.equals(node)) {
                held.put(name, present.ownedBy(node));
                changed.add(name);
            }
        }
    }

    /**
     * Writes again what a node's members hold, if this ledger has lost it. What is stored goes to the node's present
     * incarnation, unless another node has claimed it.
     */
    public void restore(Collection<Lock> own, Origin node) {
        for (Lock lock : own) {
            restore(lock, node);
            Held stored = held.get(lock.name());
            if (stored != null
                    && stored.fencing == lock.fencing()
                    && stored.owner.node().equals(node.node())
                    && !stored.owner.equals(node)) {
                held.put(lock.name(), stored.ownedBy(node));
                changed.add(lock.name());
            }
        }
    }

    private void restore(Lock lock, Origin owner) {
        boolean lost = lock.fencing() < created || lock.fencing() > last;
        if (lost
                && lock.leftMs() > 0
                && !held.containsKey(lock.name())
                && released.getOrDefault(lock.name(), 0L) < lock.fencing()) {
            held.put(lock.name(), new Held(lock.holder(), lock.fencing(), owner, nowMs + lock.leftMs(), lock.ttlMs()));
            begin(lock.fencing());
            changed.add(lock.name());
        }
    }

    /** Returns all locks that are held now, by name. */
    public List<Lock> all() {
        List<Lock> all = new ArrayList<>(held.size());
        for (String name : List.copyOf(held.keySet())) {
            present(name);
            Lock lock = shown(name);
            if (lock != null) {
                all.add(lock);
            }
        }
        return all;
    }

    private @Nullable Lock shown(String name) {
        Held lock = held.get(name);
        return lock == null
                ? null
                : new Lock(name, lock.holder, lock.fencing, lock.owner, lock.ttlMs, lock.endMs - nowMs);
    }

    private @Nullable Held present(String name) {
        Held lock = held.get(name);
        if (lock != null && lock.endMs <= nowMs) {
            free(name, lock);
        }
        return held.get(name);
    }

    private void free(String name, Held before) {
        if (before.fencing < created) {
            released.put(name, before.fencing);
        }
        held.remove(name);
        changed.add(name);
        Deque<Waiter> queue = queues.get(name);
        Waiter next = queue == null ? null : queue.poll();
        if (queue != null && queue.isEmpty()) {
            queues.remove(name);
        }
        if (next != null) {
            grant(name, next);
        }
    }

    private void grant(String name, Waiter to) {
        long number = Math.max(Math.max(last, floor) + 1, stamp);
        begin(number);
        held.put(name, new Held(to.member, number, to.owner, nowMs + to.ttlMs, to.ttlMs));
        changed.add(name);
    }

    private void begin(long number) {
        if (created == 0) {
            created = Math.max(number, stamp);
        }
        last = Math.max(last, number);
    }

    private void leaveQueue(String name, BiPredicate<MemberId, Origin> gone) {
        Deque<Waiter> queue = queues.get(name);
        if (queue != null && queue.removeIf(waiter -> gone.test(waiter.member, waiter.owner)) && queue.isEmpty()) {
            queues.remove(name);
        }
    }

    private void replaceWaiters(String name, UnaryOperator<Waiter> change) {
        Deque<Waiter> queue = queues.get(name);
        if (queue != null) {
            Deque<Waiter> next = new ArrayDeque<>(queue.size());
            queue.forEach(waiter -> next.add(change.apply(waiter)));
            queues.put(name, next);
        }
    }
}
