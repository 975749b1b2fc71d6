package presence.cluster;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.proto.Digest;
import presence.proto.Envelope;
import presence.proto.Put;
import presence.proto.Reap;
import presence.roster.SegmentDelta;
import presence.roster.SegmentDigest;

/**
 * Keeps Redis's copy of the local segment of one board right. One write at a time; what changes
 * meanwhile gathers. After any doubt (failure, refusal, reconnect) the whole segment is written again.
 * Board loop only.
 */
final class SegmentWriter {
    private static final long RETRY_MS = 100;
    /** Signals that may wait for the join of their sender to be written. */
    private static final int MAX_WAITING = 64;

    private final BoardId board;
    private final EventLoop loop;
    private final SegmentStore store;
    private final EnvelopeCodec codec;
    private Origin owner;
    private final LongSupplier nextSeq;
    private final Supplier<Collection<Member>> members;
    private final Runnable onRewritten;
    private final long touchMs;
    private final BooleanSupplier connected;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters counters;
    private final QuietLog failures;

    private final Map<MemberId, Member> upserted = new LinkedHashMap<>(4);
    private final Map<MemberId, LeaveReason> departed = new LinkedHashMap<>(4);
    private final ArrayDeque<Runnable> afterWrites = new ArrayDeque<>(0);

    /** What Redis has, as far as we know; 0 = nothing. */
    private long seq;

    private boolean doubtful;
    private boolean writing;
    private boolean retryScheduled;
    private boolean closed;
    /** Incarnations whose segments are to be removed once the present one is written. */
    private final List<Origin> oldOwners = new ArrayList<>(0);

    private final CompletableFuture<Void> reaped = new CompletableFuture<>();

    /**
     * @param members the local segment, complete
     * @param onRewritten called, on any thread, when the whole segment was written again: somebody may have
     *     known nothing of it
     * @param connected whether Redis takes commands right now
     */
    SegmentWriter(
            BoardId board,
            EventLoop loop,
            SegmentStore store,
            EnvelopeCodec codec,
            Origin owner,
            LongSupplier nextSeq,
            Supplier<Collection<Member>> members,
            Runnable onRewritten,
            long touchMs,
            BooleanSupplier connected,
            ServiceMetrics metrics,
            QuietLog failures) {
        this.board = board;
        this.loop = loop;
        this.store = store;
        this.codec = codec;
        this.owner = owner;
        this.nextSeq = nextSeq;
        this.members = members;
        this.onRewritten = onRewritten;
        this.touchMs = touchMs;
        this.connected = connected;
        this.metrics = metrics;
        this.counters = new EnvelopeCounters(metrics);
        this.failures = failures;
    }

    /** Under which incarnation it writes. */
    Origin owner() {
        return owner;
    }

    void start() {
        scheduleTouch();
    }

    void publish(SegmentDelta delta) {
        for (Member member : delta.upserted()) {
            departed.remove(member.id());
            upserted.put(member.id(), member);
        }
        delta.departed().forEach((id, reason) -> {
            upserted.remove(id);
            departed.put(id, reason);
        });
        writeNext();
    }

    /**
     * Runs when everything published so far is on its way: commands of one connection keep their order.
     * Dropped and counted if too much waits already.
     */
    void afterWrites(Runnable task) {
        if (isAllSent() || !connected.getAsBoolean()) {
            // While Redis is away it fails and is counted, rather than come late.
            task.run();
        } else if (afterWrites.size() < MAX_WAITING) {
            afterWrites.add(task);
        } else {
            metrics.publishFailures.increment();
        }
    }

    /** Redis may have lost what it had: asks, and writes everything again where it has. */
    void verify() {
        if (!writing && seq > 0 && isAllSent()) {
            touchNow();
        } else if (seq > 0 || writing || !isAllSent()) {
            doubtful = true;
            writeNext();
        }
    }

    /** Redis has something else than it should. */
    void rewrite() {
        doubtful = true;
        writeNext();
    }

    /** The sequence number in Redis; empty while anything is being written or waits for it. */
    OptionalLong settledSeq() {
        return writing || closed || !isAllSent() ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    /**
     * Goes on under another incarnation: first the segment is written under the new name, then the old one
     * is removed, so that nobody sees the members gone in between.
     */
    void reincarnate(Origin next) {
        Origin before = owner;
        boolean wrote = seq > 0 || writing || doubtful;
        owner = next;
        seq = 0;
        if (wrote) {
            doubtful = true;
            oldOwners.add(before);
            writeNext();
        }
    }

    /** Removes the segment from Redis; the local members are gone. The stage ends when that is tried. */
    CompletionStage<?> close() {
        closed = true;
        writeNext();
        return reaped;
    }

    private boolean isAllSent() {
        return !doubtful && upserted.isEmpty() && departed.isEmpty();
    }

    private void writeNext() {
        if (writing || retryScheduled) {
            return;
        }
        if (closed) {
            reap();
        } else if (doubtful) {
            put();
        } else if (!upserted.isEmpty() || !departed.isEmpty()) {
            apply();
        }
    }

    private void apply() {
        SegmentDelta delta = new SegmentDelta(new ArrayList<>(upserted.values()), new LinkedHashMap<>(departed));
        forgetPending();
        long next = nextSeq.getAsLong();
        byte[] envelope = codec.encode(codec.envelope(owner.inc()).setDelta(EnvelopeMapping.delta(seq, next, delta)));
        await(Envelope.EventCase.DELTA, store.apply(board, owner, seq, next, delta, envelope), next);
    }

    private void put() {
        // The members in memory hold everything that is pending, too.
        forgetPending();
        doubtful = false;
        List<Member> all = List.copyOf(members.get());
        long next = nextSeq.getAsLong();
        byte[] envelope = codec.encode(
                codec.envelope(owner.inc()).setPut(Put.newBuilder().setSeq(next).setCount(all.size())));
        CompletionStage<SegmentStore.Outcome> write = store.put(board, owner, next, all, envelope);
        await(Envelope.EventCase.PUT, write, next);
        write.thenRun(onRewritten);
    }

    private void forgetPending() {
        upserted.clear();
        departed.clear();
    }

    private void await(Envelope.EventCase kind, CompletionStage<SegmentStore.Outcome> write, long next) {
        writing = true;
        drainWaiting();
        Origin writer = owner;
        write.whenComplete((outcome, failure) -> loop.execute(() -> onWritten(writer, kind, outcome, failure, next)));
    }

    private void drainWaiting() {
        Runnable task;
        while ((task = afterWrites.poll()) != null) {
            task.run();
        }
    }

    private void onWritten(
            Origin writer,
            Envelope.EventCase kind,
            SegmentStore.@Nullable Outcome outcome,
            @Nullable Throwable failure,
            long next) {
        writing = false;
        if (!writer.equals(owner)) {
            // Written under a name that is not ours any more.
            writeNext();
            return;
        }
        if (outcome == SegmentStore.Outcome.DONE) {
            seq = next;
            counters.published(kind);
            reapOldOwners();
            writeNext();
            return;
        }
        if (failure != null) {
            metrics.publishFailures.increment();
            failures.warn("publish failed, going on locally board=" + board, String.valueOf(failure.getMessage()));
        }
        doubtful = true;
        if (connected.getAsBoolean()) {
            retryLater();
        } else {
            // Nothing is tried while Redis is away: the reconnect asks for a rewrite.
            drainWaiting();
        }
    }

    private void retryLater() {
        retryScheduled = true;
        loop.schedule(
                () -> {
                    retryScheduled = false;
                    writeNext();
                },
                RETRY_MS,
                TimeUnit.MILLISECONDS);
    }

    private void reapOldOwners() {
        for (Origin old : oldOwners) {
            byte[] envelope = codec.encode(
                    codec.envelope(owner.inc()).setReap(Reap.newBuilder().setOrigin(old.toString())));
            store.reap(board, old, null, envelope);
        }
        oldOwners.clear();
    }

    private void reap() {
        reapOldOwners();
        if (seq == 0) {
            reaped.complete(null);
            return;
        }
        byte[] envelope = codec.encode(
                codec.envelope(owner.inc()).setReap(Reap.newBuilder().setOrigin(owner.toString())));
        // Only what is known to be ours to remove: in doubt it expires by itself.
        store.reap(board, owner, seq, envelope).whenComplete((outcome, failure) -> reaped.complete(null));
        seq = 0;
    }

    private void scheduleTouch() {
        long jitter = ThreadLocalRandom.current().nextLong(-touchMs / 5, touchMs / 5 + 1);
        loop.schedule(this::touch, touchMs + jitter, TimeUnit.MILLISECONDS);
    }

    private void touch() {
        if (closed) {
            return;
        }
        scheduleTouch();
        if (!writing && seq > 0 && isAllSent()) {
            touchNow();
        }
    }

    private void touchNow() {
        SegmentDigest digest = SegmentDigest.of(members.get());
        byte[] envelope = codec.encode(codec.envelope(owner.inc())
                .setDigest(
                        Digest.newBuilder().setSeq(seq).setCount(digest.count()).setHash(digest.hash())));
        await(Envelope.EventCase.DIGEST, store.touch(board, owner, seq, envelope), seq);
    }
}
