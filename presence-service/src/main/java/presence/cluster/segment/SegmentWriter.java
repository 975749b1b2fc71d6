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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
 * Keeps Redis's copy of the local segment of one board right. One write at a time; what changes
 * meanwhile gathers. After any doubt (failure, refusal, reconnect) the whole segment is written again.
 * While Redis refuses writes, changes go out as messages alone, with sequence numbers of the same row; the
 * write of the whole that ends this tells everybody to read it. Board loop only.
 */
final class SegmentWriter {
    private static final long RETRY_MS = 100;
    /** After a refusal: twice as long after each, up to so long. */
    private static final long REFUSED_MS = 500;

    private static final long REFUSED_MOST_MS = 4_000;
    /** How often others that ask are answered. */
    private static final long ANSWER_MS = 250;
    /** Members in one message. */
    private static final int CHUNK = 500;

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
    private final BooleanSupplier patches;
    private final ToldRecords records = new ToldRecords();
    private final int bytesPerSecond;
    private final RateLimit budget;
    private final EnvelopePublisher publisher;
    private final SegmentReaper reaper;
    private final WriteHealth writes;
    private final ServiceMetrics metrics;
    private final EnvelopeCounters counters;
    private final ThrottledLog failures;

    private final PendingChanges pending = new PendingChanges();

    /** What Redis has, as far as we know; 0 = nothing. */
    private long seq;
    /** What the others have heard of; ahead of {@link #seq} while Redis refuses writes. */
    private long told;

    private boolean doubtful;
    private boolean writing;
    /** Redis refuses to write the segment: messages alone go out. */
    private boolean refused;
    /** While refused: a change may not have been told. */
    private boolean owesWhole;

    private long refusedMs = REFUSED_MS;
    private @Nullable Future<?> retry;
    private @Nullable Future<?> nextTouch;
    private boolean everWritten;
    private boolean answerScheduled;
    private boolean askedAgain;
    private boolean closed;
    /** Incarnations whose segments are to be removed once the present one is written. */
    private final List<Origin> oldOwners = new ArrayList<>(0);

    private final CompletableFuture<Void> reaped = new CompletableFuture<>();

    /**
     * @param members the local segment, complete
     * @param onRewritten called, on any thread, when the whole segment was written again: somebody may have
     *     known nothing of it
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

    /** Under which incarnation it writes. */
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
     * Runs when everything published so far is on its way: commands of one connection keep their order.
     * Dropped and counted if too much waits already.
     */
    void afterWrites(Runnable task) {
        if (isAllTold() || !connected.getAsBoolean()) {
            // While Redis is away it fails and is counted, rather than come late.
            task.run();
        } else if (!pending.addSignal(task)) {
            metrics.publishFailures.increment();
        }
    }

    /** Redis may have lost what it had, or take now what it refused: asks, and writes everything again where it must. */
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

    /** Another node asks who is here: it gets what Redis should have to say, and Redis is made to have it. */
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
            // Who asks may not be able to read what Redis has.
            tellWhole(false);
        } else if (!writing && seq > 0 && isAllSent()) {
            touchNow();
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
        told = 0;
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

    /** Removes the segment from Redis; the local members are gone. The stage ends when that is tried. */
    CompletionStage<?> close() {
        closed = true;
        Future<?> touch = nextTouch;
        if (touch != null) {
            // Else it would keep the board in memory for half a minute.
            touch.cancel(false);
        }
        writeNext();
        return reaped;
    }

    private boolean isAllSent() {
        return !doubtful && pending.isEmpty();
    }

    /** Whether everything is on its way to the others, in Redis or not. */
    private boolean isAllTold() {
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
            tellPending();
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
                (int) Math.min(pending.bytes(), bytesPerSecond), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        if (wait > 0) {
            // What changes meanwhile is merged with what waits.
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
        // On their way behind the write: commands of one connection keep their order.
        stage.sendSignals();
    }

    private void put() {
        // The members in memory hold everything that is pending, too.
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

    /** @param delta what the others will not hear of if this is refused; null if they need not or it is everything */
    private void await(
            Envelope.EventCase kind,
            CompletionStage<SegmentStore.Outcome> write,
            long next,
            @Nullable SegmentDelta delta) {
        writing = true;
        everWritten = true;
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
            // Written under a name that is not ours any more.
            writeNext();
            return;
        }
        if (outcome == SegmentStore.Outcome.DONE) {
            seq = next;
            told = next;
            refused = false;
            refusedMs = REFUSED_MS;
            counters.published(kind);
            reapOldOwners();
            writeNext();
            return;
        }
        boolean isRefused = failure != null && writes.onFailed(failure) != null;
        if (failure != null) {
            metrics.publishFailures.increment();
        }
        if (failure != null && !isRefused) {
            failures.warn("publish failed, going on locally board=" + board, String.valueOf(failure.getMessage()));
        }
        doubtful = true;
        if (isRefused) {
            onRefused(kind, next, delta);
        } else if (connected.getAsBoolean()) {
            refused = false;
            retryLater(RETRY_MS);
        } else {
            // Nothing is tried while Redis is away: the reconnect asks for a rewrite.
            refused = false;
            sendSignals();
            if (closed) {
                // A reconnect verifies open boards only.
                writeNext();
            }
        }
    }

    /** Nothing was written and nothing published. */
    private void onRefused(Envelope.EventCase kind, long next, @Nullable SegmentDelta delta) {
        if (!refused) {
            refused = true;
            if (delta != null) {
                tell(delta, next, false);
            } else if (kind == Envelope.EventCase.PUT && !closed) {
                // What led to it may never have been told.
                tellWhole(true);
            }
        }
        writeNext();
        sendSignals();
        if (!closed) {
            // Not all boards at once.
            retryLater(refusedMs - ThreadLocalRandom.current().nextLong(refusedMs / 4));
            refusedMs = Math.min(REFUSED_MOST_MS, 2 * refusedMs);
        }
    }

    private void tellPending() {
        if (owesWhole) {
            tellWhole(true);
        } else {
            for (PendingChanges.Stage stage = pending.take(); stage != null; stage = pending.take()) {
                if (!stage.delta().isEmpty()) {
                    tell(stage.delta(), nextSeq.getAsLong(), false);
                }
                stage.sendSignals();
            }
        }
    }

    /** @param news whether the others may not know everything */
    private void tellWhole(boolean news) {
        boolean changed = news || owesWhole || told == 0 || !pending.isEmpty();
        List<Runnable> signals = pending.clear();
        owesWhole = false;
        List<Member> all = List.copyOf(members.get());
        boolean fits = all.size() <= CHUNK;
        // Those who know everything already ignore a number they know.
        long first = fits && !changed ? told : nextSeq.getAsLong();
        tell(new SegmentDelta(all.subList(0, Math.min(CHUNK, all.size())), Map.of()), first, true);
        for (int from = CHUNK; from < all.size(); from += CHUNK) {
            List<Member> some = all.subList(from, Math.min(from + CHUNK, all.size()));
            tell(new SegmentDelta(some, Map.of()), nextSeq.getAsLong(), false);
        }
        signals.forEach(Runnable::run);
    }

    /** Publishes what Redis does not store. */
    private void tell(SegmentDelta delta, long next, boolean whole) {
        Delta.Builder message =
                EnvelopeMapping.delta(whole ? 0 : told, next, delta).setWhole(whole);
        told = next;
        publisher.publish(board, codec.envelope(owner.inc()).setDelta(message)).whenComplete((receivers, failure) -> {
            if (failure != null) {
                loop.execute(() -> owesWhole = true);
            }
        });
    }

    private void retryLater(long ms) {
        cancelRetry();
        retry = loop.schedule(
                () -> {
                    retry = null;
                    if (refused && !writing && !closed) {
                        tellPending();
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
        oldOwners.forEach(old -> reaper.reap(board, old, null));
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
            // Redis keeps what it has; at least the others hear of it.
            tellPending();
            publisher.publish(
                    board, codec.envelope(owner.inc()).setReap(Reap.newBuilder().setOrigin(owner.toString())));
        }
        // Everything written here so far is of this writer; the next to open the board writes under later numbers.
        reaper.reap(board, owner, nextSeq.getAsLong()).whenComplete((outcome, failure) -> reaped.complete(null));
        seq = 0;
    }

    private void scheduleTouch() {
        long jitter = ThreadLocalRandom.current().nextLong(-touchMs / 5, touchMs / 5 + 1);
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
