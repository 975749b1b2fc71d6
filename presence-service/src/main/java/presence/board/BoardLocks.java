package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.lock.LockFeed;
import presence.lock.LockLimits;
import presence.lock.LockLink;
import presence.lock.LockRequest;
import presence.lock.LockTable;
import presence.metrics.LockResult;
import presence.metrics.ServiceMetrics;
import presence.model.MemberId;
import presence.model.Origin;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/**
 * Asks for locks on behalf of this node's members, notes what all members hold, and has it told ({@link LockNews}). Until a
 * client uses locks, the board does not follow them. Board loop only.
 */
final class BoardLocks implements LockFeed {
    private static final long RETRY_MS = 1_000;
    /** Time after the end of a lock until it is read: the clocks of nodes and of Redis do not run in step. */
    private static final long SPARE_MS = 20;
    /** Least time between two reads because a lock has ended. */
    private static final long READ_EVERY_MS = 250;

    /** A local member's request that waits for its turn. */
    private record Waiter(Seat seat, LockRequest request, long requestId) {}

    private final int boardRef;
    private final BoardLoop shared;
    private final Origin self;
    private final BoardLink board;
    private final Fanout fanout;
    private final LocalMembers members;
    private final LockLimits limits;
    private final ServiceMetrics metrics;
    private final LockTable table = new LockTable();
    private final LockNews news;
    /** By name and member. */
    private final Map<String, Map<MemberId, Waiter>> waiting = new HashMap<>(0);

    /** Null until a client uses locks. */
    private @Nullable LockLink link;

    /** Whether all locks were read once. */
    private boolean known;

    private int unanswered;
    private @Nullable Future<?> end;
    private long endMs = Long.MAX_VALUE;
    private long readMs;
    private boolean closed;

    BoardLocks(
            int boardRef,
            BoardLoop shared,
            Origin self,
            BoardLink board,
            Fanout fanout,
            LocalMembers members,
            BoardSettings settings,
            ServiceMetrics metrics) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.self = self;
        this.board = board;
        this.fanout = fanout;
        this.members = members;
        this.limits = settings.locks();
        this.metrics = metrics;
        this.news = new LockNews(boardRef, shared, fanout, this, settings.rosterTickMs());
    }

    private LockLink follow() {
        LockLink present = link;
        if (present == null) {
            readMs = shared.clock.getAsLong() - READ_EVERY_MS;
            present = board.locks(this);
            link = present;
        }
        return present;
    }

    /** Adds a seat that asked for locks and has received its roster. */
    void add(Seat seat) {
        follow();
        news.add(seat, known);
        if (known) {
            claim(seat);
        }
    }

    void remove(Seat seat) {
        news.remove(seat);
    }

    /** Makes this node the owner of what a member holds that came from another node. */
    private void claim(Seat seat) {
        LocalMember member = seat.member;
        LockLink to = link;
        if (member != null
                && to != null
                && known().stream()
                        .anyMatch(lock -> lock.holder().equals(member.id())
                                && !lock.owner().node().equals(self.node()))) {
            to.claim(member.id());
        }
    }

    /** Asks for a lock, or renews it, for a local member. */
    void lock(Seat seat, LocalMember member, ClientEvent.Lock asked) {
        long ttlMs = asked.ttlMs() == 0 ? Math.min(LockLimits.USUAL_MS, limits.longestMs()) : asked.ttlMs();
        if (ttlMs < LockLimits.SHORTEST_MS || ttlMs > limits.longestMs()) {
            String message =
                    "ttl_ms is " + ttlMs + ", the limits are " + LockLimits.SHORTEST_MS + " and " + limits.longestMs();
            refuse(seat, ErrorCode.LOCK_INVALID, message, -1, asked.requestId());
            return;
        }
        ask(
                new Waiter(seat, new LockRequest(asked.name(), member.id(), ttlMs, asked.waits()), asked.requestId()),
                true);
    }

    /** @param first false for a request that is repeated because it may have been lost */
    private void ask(Waiter waiter, boolean first) {
        unanswered++;
        follow().lock(waiter.request, limits).whenComplete((answer, failure) -> {
            unanswered--;
            if (first || isWaiting(waiter)) {
                onAnswer(waiter, answer, first);
            }
        });
    }

    private boolean isWaiting(Waiter waiter) {
        return waiting.getOrDefault(waiter.request.name(), Map.of()).get(waiter.request.member()) == waiter;
    }

    private void onAnswer(Waiter waiter, @Nullable LockAnswer answer, boolean first) {
        if (answer == null) {
            if (first) {
                metrics.lockRequests.increment(LockResult.UNAVAILABLE);
                String message = "locks cannot be reached now: Redis does not answer, or refuses writes";
                refuse(waiter.seat, ErrorCode.UNAVAILABLE, message, RETRY_MS, waiter.requestId);
            }
            return;
        }
        LocalMember member = members.get(waiter.request.member());
        if (member == null || member.leaving != null) {
            stopWaiting(waiter.request.name(), waiter.request.member());
            onAnswerWithoutMember(waiter.request.member());
            return;
        }
        claim(waiter.seat);
        if (answer.outcome() == LockAnswer.Outcome.QUEUED) {
            waiting.computeIfAbsent(waiter.request.name(), key -> new LinkedHashMap<>(2))
                    .put(waiter.request.member(), waiter);
        } else {
            stopWaiting(waiter.request.name(), waiter.request.member());
        }
        if (first || answer.outcome() != LockAnswer.Outcome.QUEUED) {
            tell(waiter, answer);
        }
    }

    /**
     * A member's request was under way when it left, or moved to another node. What it holds there is not this node's to give
     * back; a leave has given back the rest, but for what a repeated request was granted after it. A client whose connection
     * was lost may still rely on it.
     */
    private void onAnswerWithoutMember(MemberId member) {
        if (!members.isClaimedElsewhere(member)) {
            release(member, limits.staysMs());
        }
    }

    private void tell(Waiter waiter, LockAnswer answer) {
        metrics.lockRequests.increment(
                switch (answer.outcome()) {
                    case GRANTED -> LockResult.GRANTED;
                    case RENEWED -> LockResult.RENEWED;
                    case DENIED -> LockResult.DENIED;
                    case QUEUED -> LockResult.QUEUED;
                    case MEMBER_FULL, BOARD_FULL, QUEUE_FULL -> LockResult.LIMITED;
                });
        long id = waiter.requestId;
        switch (answer.outcome()) {
            case MEMBER_FULL ->
                refuse(
                        waiter.seat,
                        ErrorCode.TOO_MANY_LOCKS,
                        "the member holds or waits for " + limits.perMember() + " locks, the limit",
                        -1,
                        id);
            case BOARD_FULL ->
                refuse(
                        waiter.seat,
                        ErrorCode.TOO_MANY_LOCKS,
                        "the board has " + limits.perBoard() + " locks, the limit",
                        RETRY_MS,
                        id);
            case QUEUE_FULL ->
                refuse(
                        waiter.seat,
                        ErrorCode.LOCK_QUEUE_FULL,
                        limits.perQueue() + " members wait for this lock, the limit",
                        RETRY_MS,
                        id);
            case GRANTED, RENEWED, DENIED, QUEUED -> sendResult(waiter, answer);
        }
    }

    private void sendResult(Waiter waiter, LockAnswer answer) {
        if (waiter.seat.gone) {
            return;
        }
        try {
            fanout.sendTo(
                    waiter.seat.client,
                    ServerFrameKind.LOCK_RESULT,
                    shared.encoder.lockResult(boardRef, waiter.request.name(), answer, waiter.requestId));
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
        }
    }

    private void refuse(Seat seat, ErrorCode code, String message, long retryAfterMs, long requestId) {
        if (!seat.gone) {
            ByteBuf frame = shared.encoder.error(code, message, retryAfterMs, requestId, boardRef);
            fanout.sendTo(seat.client, ServerFrameKind.ERROR, frame);
        }
    }

    /** Gives a lock of a local member back, or stops waiting for it. */
    void unlock(LocalMember member, String name) {
        stopWaiting(name, member.id());
        follow().unlock(name, member.id());
    }

    /**
     * A local member has left: it keeps nothing.
     *
     * @param silently its client may not know, and still rely on its locks
     */
    void left(MemberId member, boolean silently) {
        List.copyOf(waiting.keySet()).forEach(name -> stopWaiting(name, member));
        release(member, silently ? limits.staysMs() : 0);
    }

    private void release(MemberId member, long staysMs) {
        LockLink to = link;
        if (to != null && (!known || unanswered > 0 || !table.isEmpty())) {
            to.release(member, staysMs);
        }
    }

    private void stopWaiting(String name, MemberId member) {
        Map<MemberId, Waiter> all = waiting.get(name);
        if (all != null && all.remove(member) != null && all.isEmpty()) {
            waiting.remove(name);
        }
    }

    @Override
    public void onLocks(Collection<Lock> all) {
        if (closed) {
            return;
        }
        Set<String> changed = table.replace(all, shared.clock.getAsLong());
        news.changed(changed);
        if (!known) {
            known = true;
            news.onKnown().forEach(this::claim);
        }
        List.copyOf(waiting.keySet()).forEach(this::settle);
        watchEnd();
    }

    @Override
    public void onLock(String name, @Nullable Lock lock) {
        if (!closed) {
            if (table.put(name, lock, shared.clock.getAsLong())) {
                news.changed(Set.of(name));
            }
            settle(name);
            watchEnd();
        }
    }

    /** Tells a local member that its turn has come. */
    private void settle(String name) {
        Map<MemberId, Waiter> all = waiting.get(name);
        if (all == null) {
            return;
        }
        Lock lock = known(name);
        if (lock == null) {
            // A free lock has no queue: what waited was lost.
            List.copyOf(all.values()).forEach(waiter -> ask(waiter, false));
            return;
        }
        Waiter next = all.get(lock.holder());
        if (next != null) {
            stopWaiting(name, lock.holder());
            tell(next, new LockAnswer(LockAnswer.Outcome.GRANTED, lock));
        }
    }

    @Override
    public void onDoubt() {
        List<Waiter> all = new ArrayList<>();
        waiting.values().forEach(each -> all.addAll(each.values()));
        all.forEach(waiter -> ask(waiter, false));
    }

    /** Has the locks read when the first one ends: its holder may have renewed it, or the next one have got it. */
    private void watchEnd() {
        long first = table.firstEndMs();
        Future<?> present = end;
        if (first >= endMs || first == Long.MAX_VALUE || closed) {
            return;
        }
        if (present != null) {
            present.cancel(false);
        }
        endMs = first;
        long now = shared.clock.getAsLong();
        long wait = Math.max(first + SPARE_MS - now, readMs + READ_EVERY_MS - now);
        end = shared.loop.schedule(this::onEnd, Math.max(0, wait), TimeUnit.MILLISECONDS);
    }

    private void onEnd() {
        end = null;
        endMs = Long.MAX_VALUE;
        long now = shared.clock.getAsLong();
        LockLink to = link;
        if (to == null || table.firstEndMs() > now) {
            watchEnd();
            return;
        }
        readMs = now;
        to.read().whenComplete((done, failure) -> {
            if (failure != null) {
                // Redis, too, lets them end at their time.
                Set<String> over = table.removeOver(shared.clock.getAsLong());
                news.changed(over);
            }
            watchEnd();
        });
    }

    @Override
    public Collection<Lock> known() {
        return table.all(shared.clock.getAsLong());
    }

    @Override
    public @Nullable Lock known(String name) {
        return table.get(name, shared.clock.getAsLong());
    }

    @Override
    public long fencing() {
        return table.fencing();
    }

    /** The board is dropped. An active timer would keep it in memory. */
    void close() {
        closed = true;
        Future<?> timer = end;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
