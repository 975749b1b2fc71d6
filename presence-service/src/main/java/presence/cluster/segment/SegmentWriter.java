package presence.cluster.segment;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.envelope.EnvelopeMapping;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.Origin;
import presence.model.RateLimit;
import presence.proto.Delta;
import presence.proto.Digest;
import presence.proto.Envelope;
import presence.proto.Put;
import presence.proto.Reap;
import presence.roster.SegmentDelta;
import presence.roster.SegmentDigest;

/**
 * Writes the local segment of one board to Redis. One write is in flight at a time; changes meanwhile are merged. After
 * a failure, refusal or reconnect the whole segment is written again. While Redis refuses writes, changes are only
 * published, with sequence numbers of the same series; the complete write that ends this notifies all nodes to read it.
 * Board loop only.
 */
final class SegmentWriter {
    private static final long RETRY_MS = 100;
    /** First delay after a refusal; doubles up to {@link #REFUSED_MOST_MS}. */
    private static final long REFUSED_MS = 500;

    private static final long REFUSED_MOST_MS = 4_000;
    /** Least time between two answers to hellos. */
    private static final long ANSWER_MS = 250;
    /** Most members in one message. */
    private static final int CHUNK = 500;

    private final BoardId board;
    private final EventLoop loop;
    private final SegmentStore store;
    private final EnvelopeCodec codec;
    private Origin owner;
    private final LongSupplier nextSeq;
    private final Supplier<RandomGenerator> random;
    private final Supplier<Collection<Member>> members;
    private final Runnable onRewritten;
    private final long touchMs;
    private final BooleanSupplier connected;
    private final BooleanSupplier patches;
    private final PublishedRecords records = new PublishedRecords();
    private final int bytesPerSecond;
    private final RateLimit budget;
    private final EnvelopePublisher publisher;
    private final SegmentReaper reaper;
    private final WriteHealth writes;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters counters;
    private final ThrottledLog failures;

    private final PendingChanges pending = new PendingChanges();
    private final StoreWaits waits = new StoreWaits();

    /** The last sequence number known to be in Redis; 0 = none. */
    private long seq;
    /** The last sequence number published; ahead of {@link #seq} while Redis refuses writes. */
    private long published;

    /** The copy in Redis may differ: the whole segment is to be written. */
    private boolean doubtful;

    private boolean writing;
    /** Redis refuses to write the segment: changes are only published. */
    private boolean refused;
    /** While refused: publishing a change failed, so the whole segment is to be published. */
    private boolean owesWhole;

    private long refusedMs = REFUSED_MS;
    private @Nullable Future<?> retry;
    private @Nullable Future<?> nextTouch;
    private boolean everWritten;
    private boolean answerScheduled;
    private boolean askedAgain;
    private boolean closed;
    /** Earlier incarnations whose segments are reaped once the present one is written. */
    private final List<Origin> oldOwners = new ArrayList<>(0);

    private final CompletableFuture<Void> reaped = new CompletableFuture<>();

    /**
     * @param members supplies all local members
     * @param onRewritten called, on any thread, when the whole segment was written again: other nodes may not have
     *     known it
     */
    SegmentWriter(
            SegmentContext context,
            BoardId board,
            EventLoop loop,
            Supplier<Collection<Member>> members,
            Runnable onRewritten) {
        this.board = board;
        this.loop = loop;
        this.store = context.store();
        this.codec = context.codec();
        this.owner = context.self().get();
        this.nextSeq = context.seq()::incrementAndGet;
        this.random = context.random();
        this.members = members;
        this.onRewritten = onRewritten;
        this.touchMs = context.touchMs();
        this.connected = context.redis()::areCommandsUp;
        this.patches = context.patchReaders()::all;
        this.bytesPerSecond = context.bytesPerSecond();
        this.budget = new RateLimit(bytesPerSecond);
        this.publisher = context.publisher();
        this.reaper = context.reaper();
        this.writes = context.writes();
        this.metrics = context.metrics();
        this.counters = new EnvelopeCounters(metrics);
        this.failures = context.failures();
    }

    /** The origin under which it writes. */
    Origin owner() {
        return owner;
    }

    void start() {
        scheduleTouch();
    }

    void publish(SegmentDelta delta) {
        pending.add(delta);
        writeNext();
    }

    /**
     * Runs a task when all changes so far are sent: commands of one connection keep their order. Drops and counts the
     * task if too many wait already.
     */
    void afterWrites(Runnable task) {
        if (isAllPublished() || !connected.getAsBoolean()) {
            // While Redis is unavailable the task fails and is counted, instead of being late.
            task.run();
        } else if (!pending.addSignal(task)) {
            metrics.publishFailures.increment();
        }
    }

    /** Ends when all changes so far are in Redis; at once while that cannot be reached or refuses writes. */
    CompletionStage<Void> stored() {
        boolean isStored = !writing && isAllSent();
        return isStored || refused || closed || !connected.getAsBoolean()
                ? CompletableFuture.completedStage(null)
                : waits.add(writing && isAllSent());
    }

    /**
     * Checks the segment in Redis by a touch and writes it again if needed: Redis may have lost it, or may accept
     * writes now that it refused.
     */
    void verify() {
        if (refused) {
            refused = false;
            refusedMs = REFUSED_MS;
            cancelRetry();
        }
        if (!writing && seq > 0 && isAllSent()) {
            touchNow();
        } else if (seq > 0 || writing || !isAllSent()) {
            doubtful = true;
            writeNext();
        }
    }

    /** Answers another node's hello: verifies the segment in Redis, or publishes it where Redis refuses. */
    void onAsked() {
        if (!answerScheduled && !closed) {
            answerScheduled = true;
            answer();
            loop.schedule(() -> answerScheduled = false, ANSWER_MS, TimeUnit.MILLISECONDS);
        } else if (!askedAgain && !closed) {
            askedAgain = true;
            loop.schedule(
                    () -> {
                        askedAgain = false;
                        onAsked();
                    },
                    ANSWER_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void answer() {
        if (closed || !connected.getAsBoolean()) {
            return;
        }
        if (!writing && (refused || writes.refusal() != null && isAllSent())) {
            // The asking node may be unable to read Redis.
            publishWhole(false);
        }
        if (!writing && !refused && seq > 0 && isAllSent()) {
            // Also for the time in which writes are accepted again and still count as refused: Redis may lack the
            // segment.
            touchNow();
        }
    }

    /** Writes the whole segment again, because the copy in Redis differs. */
    void rewrite() {
        doubtful = true;
        writeNext();
    }

    /** The sequence number in Redis; empty while a write is in flight or waits. */
    OptionalLong settledSeq() {
        return writing || closed || !isAllSent() ? OptionalLong.empty() : OptionalLong.of(seq);
    }

    /**
     * Continues under another incarnation: writes the segment under the new origin first and removes the old one then,
     * so that no node sees the members gone in between.
     */
    void reincarnate(Origin next) {
        Origin before = owner;
        boolean wrote = seq > 0 || writing || doubtful;
        owner = next;
        seq = 0;
        published = 0;
        if (refused) {
            refused = false;
            cancelRetry();
        }
        if (wrote) {
            doubtful = true;
            oldOwners.add(before);
            writeNext();
        }
    }

    /** Removes the segment from Redis, because the local members are gone. The stage completes when this was tried. */
    CompletionStage<?> close() {
        closed = true;
        waits.endAll();
        Future<?> touch = nextTouch;
        if (touch != null) {
            // A scheduled task would keep the board in memory for half a minute.
            touch.cancel(false);
        }
        writeNext();
        return reaped;
    }

    private boolean isAllSent() {
        return !doubtful && pending.isEmpty();
    }

    /** Whether all changes were sent to the other nodes, stored in Redis or not. */
    private boolean isAllPublished() {
        return pending.isEmpty() && (refused || !doubtful);
    }

    private void writeNext() {
        if (writing) {
            return;
        }
        if (closed) {
            cancelRetry();
            reap();
        } else if (refused) {
            publishPending();
        } else if (retry != null) {
            return;
        } else if (doubtful) {
            put();
        } else if (!pending.isEmpty()) {
            apply();
        }
    }

    private void apply() {
        long wait = budget.take(
                (int) Math.min(pending.bytes(), bytesPerSecond),
                TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime()));
        if (wait > 0) {
            // Changes meanwhile are merged with those that wait.
            metrics.writesDeferred.increment();
            retryLater(wait);
            return;
        }
        PendingChanges.Stage stage = pending.take();
        if (stage == null) {
            return;
        }
        SegmentDelta delta = stage.delta();
        if (delta.isEmpty()) {
            stage.sendSignals();
            writeNext();
            return;
        }
        long next = nextSeq.getAsLong();
        SegmentDelta news = patches.getAsBoolean() ? records.patchesOf(delta) : delta;
        records.apply(delta);
        byte[] envelope = codec.encode(codec.envelope(owner.inc()).setDelta(EnvelopeMapping.delta(seq, next, news)));
        await(Envelope.EventCase.DELTA, store.apply(board, owner, seq, next, delta, envelope), next, delta);
        // Sent after the write: commands of one connection keep their order.
        stage.sendSignals();
    }

    private void put() {
        // The members in memory include all pending changes.
        List<Runnable> signals = pending.clear();
        doubtful = false;
        List<Member> all = List.copyOf(members.get());
        records.replace(all);
        long next = nextSeq.getAsLong();
        byte[] envelope = codec.encode(
                codec.envelope(owner.inc()).setPut(Put.newBuilder().setSeq(next).setCount(all.size())));
        CompletionStage<SegmentStore.Outcome> write = store.put(board, owner, next, all, envelope);
        await(Envelope.EventCase.PUT, write, next, null);
        signals.forEach(Runnable::run);
        write.thenRun(onRewritten);
    }

    /**
     * @param delta change that the other nodes miss if this write is refused; null if none, or if it is the whole
     *     segment
     */
    private void await(
            Envelope.EventCase kind,
            CompletionStage<SegmentStore.Outcome> write,
            long next,
            @Nullable SegmentDelta delta) {
        writing = true;
        everWritten = true;
        if (isAllSent()) {
            waits.onBegun();
        }
        Origin writer = owner;
        write.whenComplete(
                (outcome, failure) -> loop.execute(() -> onWritten(writer, kind, outcome, failure, next, delta)));
    }

    private void sendSignals() {
        pending.takeSignals().forEach(Runnable::run);
    }

    private void onWritten(
            Origin writer,
            Envelope.EventCase kind,
            SegmentStore.@Nullable Outcome outcome,
            @Nullable Throwable failure,
            long next,
            @Nullable SegmentDelta delta) {
        writing = false;
        if (!writer.equals(owner)) {
            // Written under an earlier incarnation.
            waits.onFailed();
            writeNext();
            return;
        }
        if (outcome == SegmentStore.Outcome.DONE) {
            seq = next;
            // A whole segment may have been published under a later number, for a node that asked.
            published = Math.max(published, next);
            refused = false;
            owesWhole = false;
            refusedMs = REFUSED_MS;
            counters.published(kind);
            waits.onDone();
            reapOldOwners();
            writeNext();
            return;
        }
        boolean isRefused = failure != null && writes.onFailed(failure) != null;
        if (failure != null) {
            metrics.publishFailures.increment();
        }
        if (failure != null && !isRefused) {
            failures.warn(
                    "writing a segment failed; serving local members only, retrying board=" + board,
                    String.valueOf(failure.getMessage()));
        }
        doubtful = true;
        waits.onFailed();
        if (isRefused) {
            onRefused(kind, next, delta);
        } else if (connected.getAsBoolean()) {
            refused = false;
            retryLater(RETRY_MS);
        } else {
            // No retry while Redis is unavailable: the reconnect triggers a rewrite.
            refused = false;
            sendSignals();
            waits.endAll();
            if (closed) {
                // A reconnect verifies open boards only.
                writeNext();
            }
        }
    }

    /** Handles a refused write, of which nothing was stored or published. */
    private void onRefused(Envelope.EventCase kind, long next, @Nullable SegmentDelta delta) {
        if (!refused) {
            refused = true;
            if (delta != null) {
                publishOnly(delta, next, false);
            } else if (kind == Envelope.EventCase.PUT && !closed) {
                // The changes before this put may never have been published.
                publishWhole(true);
            }
        }
        writeNext();
        sendSignals();
        waits.endAll();
        if (!closed) {
            // Jitter, so that boards do not retry at the same time.
            retryLater(refusedMs - random.get().nextLong(refusedMs / 4));
            refusedMs = Math.min(REFUSED_MOST_MS, 2 * refusedMs);
        }
    }

    private void publishPending() {
        if (owesWhole) {
            publishWhole(true);
        } else {
            for (PendingChanges.Stage stage = pending.take(); stage != null; stage = pending.take()) {
                if (!stage.delta().isEmpty()) {
                    publishOnly(stage.delta(), nextSeq.getAsLong(), false);
                }
                stage.sendSignals();
            }
        }
    }

    /** @param news whether the other nodes may lack changes */
    private void publishWhole(boolean news) {
        boolean changed = news || owesWhole || published == 0 || !pending.isEmpty();
        List<Runnable> signals = pending.clear();
        owesWhole = false;
        List<Member> all = List.copyOf(members.get());
        boolean fits = all.size() <= CHUNK;
        // Nodes that are up to date ignore a known sequence number.
        long first = fits && !changed ? published : nextSeq.getAsLong();
        publishOnly(new SegmentDelta(all.subList(0, Math.min(CHUNK, all.size())), Map.of()), first, true);
        for (int from = CHUNK; from < all.size(); from += CHUNK) {
            List<Member> some = all.subList(from, Math.min(from + CHUNK, all.size()));
            publishOnly(new SegmentDelta(some, Map.of()), nextSeq.getAsLong(), false);
        }
        signals.forEach(Runnable::run);
    }

    /** Publishes a change that Redis does not store. */
    private void publishOnly(SegmentDelta delta, long next, boolean whole) {
        Delta.Builder message =
                EnvelopeMapping.delta(whole ? 0 : published, next, delta).setWhole(whole);
        published = next;
        publisher.publish(board, codec.envelope(owner.inc()).setDelta(message)).whenComplete((receivers, failure) -> {
            if (failure != null) {
                // After a write that succeeded, the other nodes find the change in Redis.
                loop.execute(() -> owesWhole |= refused);
            }
        });
    }

    private void retryLater(long ms) {
        cancelRetry();
        retry = loop.schedule(
                () -> {
                    retry = null;
                    if (refused && !writing && !closed) {
                        publishPending();
                        put();
                    } else {
                        writeNext();
                    }
                },
                ms,
                TimeUnit.MILLISECONDS);
    }

    private void cancelRetry() {
        Future<?> scheduled = retry;
        retry = null;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    private void reapOldOwners() {
        oldOwners.forEach(old -> reaper.reapOwn(board, old, null));
        oldOwners.clear();
    }

    private void reap() {
        reapOldOwners();
        if (!everWritten) {
            reaped.complete(null);
            return;
        }
        everWritten = false;
        if (refused) {
            // Redis keeps the segment; the reap notifies at least the other nodes.
            publishPending();
            publisher.publish(
                    board, codec.envelope(owner.inc()).setReap(Reap.newBuilder().setOrigin(owner.toString())));
        }
        // All numbers so far are of this writer; a later writer of this board uses higher ones.
        reaper.reapOwn(board, owner, nextSeq.getAsLong()).whenComplete((outcome, failure) -> reaped.complete(null));
        seq = 0;
    }

    private void scheduleTouch() {
        long jitter = random.get().nextLong(-touchMs / 5, touchMs / 5 + 1);
        nextTouch = loop.schedule(this::touch, touchMs + jitter, TimeUnit.MILLISECONDS);
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
        await(Envelope.EventCase.DIGEST, store.touch(board, owner, seq, envelope), seq, null);
    }
}
