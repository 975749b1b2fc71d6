package presence.cluster.segment;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.cluster.envelope.EnvelopeMapping;
import presence.cluster.node.FailureDetector;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Delta;
import presence.proto.Envelope;
import presence.proto.Hello;
import presence.proto.SignalRelay;
import presence.roster.Roster;
import presence.roster.SegmentDelta;
import presence.wire.ProtoMapping;

/**
 * What one board hears of the others. First subscribe, then read: what happens in between is in the
 * snapshot, in the stream, or in both, and sequence numbers sort it out. Board loop only.
 */
final class BoardSubscription implements SegmentReader.Doubts {
    private static final long RETRY_MS = 1_000;
    /** How long an owner may take to answer that it has a segment here. */
    private static final long CONFIRM_MS = 800;
    /** The longest backoff, and a second. */
    private static final long CONFIRM_EMPTY_MS = 6_000;
    /** How often others are asked for what Redis does not have. */
    private static final long ASK_MS = 1_000;
    /** Envelopes kept while the snapshot is read; beyond that the read starts over. */
    private static final int MAX_BUFFERED = 10_000;

    private record Received(Origin sender, Envelope envelope) {}

    private enum State {
        /** Not subscribed yet, or closed. */
        SILENT,
        /** Subscribed; the snapshot is being read, the stream waits. */
        SYNCING,
        LIVE
    }

    private final SegmentContext context;
    private final BoardId board;
    private final EventLoop loop;
    private final BoardFeed feed;
    private final SegmentReader reader;
    private final SegmentWriter writer;
    private State state = State.SILENT;
    private boolean closed;
    private @Nullable Future<?> silenceWatch;
    private final List<Received> buffered = new ArrayList<>(0);
    private int syncRound;
    private boolean readFailed;
    /** What is known of the others may be old, and they were not asked since. */
    private boolean asksIfRefused;

    private boolean askScheduled;
    private long askedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(ASK_MS);
    /** Owners whose segment is missing in Redis and who are asked for it. */
    private final Set<Origin> doubted = new HashSet<>(0);
    /** When each owner last said something of its segment. */
    private final Map<Origin, Long> lastWords = new HashMap<>(0);
    /** Owners in the last snapshot that seemed dead. */
    private final Set<Origin> passedOver = new HashSet<>(0);

    /** @param writer of what this node owns there */
    BoardSubscription(SegmentContext context, BoardId board, EventLoop loop, BoardFeed feed, SegmentWriter writer) {
        this.context = context;
        this.board = board;
        this.loop = loop;
        this.feed = feed;
        this.writer = writer;
        reader = new SegmentReader(
                board,
                loop,
                context.store(),
                feed,
                context.detector()::isDead,
                this,
                context::isRefused,
                context.metrics(),
                context.failures());
    }

    void start() {
        watchSilence();
    }

    void close() {
        closed = true;
        Future<?> watch = silenceWatch;
        if (watch != null) {
            // Else it would keep the board in memory for half a minute.
            watch.cancel(false);
        }
        state = State.SILENT;
        syncRound++;
        reader.close();
    }

    /** What Redis and this node say of each other. */
    SegmentAudit audit() {
        return new SegmentAudit(context, board, loop, feed, writer, reader);
    }

    /** Whether the roster follows the stream. */
    boolean isLive() {
        return state == State.LIVE;
    }

    /** A node or incarnation not heard of before; a snapshot may have passed it over. */
    void onNewNode(Origin node) {
        if (passedOver.remove(node)) {
            reader.read(node);
        }
    }

    /** An owner that says nothing for two and a half touches is read again: its digests may not reach us. */
    private void watchSilence() {
        silenceWatch = loop.schedule(
                () -> {
                    if (!closed) {
                        readTheSilent();
                        watchSilence();
                    }
                },
                context.touchMs(),
                TimeUnit.MILLISECONDS);
    }

    private void readTheSilent() {
        long now = System.nanoTime();
        long silentNanos = TimeUnit.MILLISECONDS.toNanos(context.touchMs() * 5 / 2);
        lastWords.keySet().retainAll(feed.owners());
        for (Origin owner : feed.owners()) {
            if (now - lastWords.computeIfAbsent(owner, key -> now) > silentNanos) {
                lastWords.put(owner, now);
                reader.read(owner);
            }
        }
    }

    /** Reads the whole board: what is known of the others may be old. */
    void sync() {
        asksIfRefused = true;
        readAll();
    }

    private void readAll() {
        if (closed) {
            return;
        }
        state = State.SYNCING;
        readFailed = false;
        buffered.clear();
        int round = ++syncRound;
        context.store()
                .readAll(board)
                .whenComplete((stored, failure) -> loop.execute(() -> onSnapshot(round, stored, failure)));
    }

    /** Commands can be given again. */
    void onCommandsUp() {
        if (readFailed) {
            sync();
        }
    }

    private void onSnapshot(int round, SegmentStore.@Nullable StoredBoard stored, @Nullable Throwable failure) {
        if (round != syncRound) {
            return;
        }
        if (stored == null) {
            context.failures().warn("reading a board failed, trying again board=" + board, failure);
            // Whose a resume key is may show at the next attempt: who waits for that has a patience of its own.
            readFailed = true;
            if (context.isRefused(failure)) {
                goOnByMessages(round);
            }
            loop.schedule(
                    () -> {
                        if (round == syncRound) {
                            readAll();
                        }
                    },
                    RETRY_MS,
                    TimeUnit.MILLISECONDS);
            return;
        }
        passedOver.clear();
        Set<Origin> accepted = accepted(stored);
        for (Origin owner : accepted) {
            SegmentStore.StoredSegment segment = stored.segments().get(owner);
            if (segment != null) {
                feed.onSegment(owner, segment.seq(), segment.members());
            }
        }
        for (Origin missing : feed.owners()) {
            if (!accepted.contains(missing)) {
                if (accepted.stream().anyMatch(later -> isLater(later, missing.node(), missing.inc()))) {
                    // Its node writes under another name now; who is in there was just read.
                    feed.onOwnerGone(missing, LeaveReason.LEFT);
                } else {
                    confirmGone(missing);
                }
            }
        }
        if (!stored.segments().containsKey(context.self().get())) {
            // If there should be one, Redis has lost it.
            writer.onAsked();
        }
        goLive();
        feed.onSynced();
        sayHello(round);
    }

    private void goLive() {
        state = State.LIVE;
        List<Received> waited = List.copyOf(buffered);
        buffered.clear();
        waited.forEach(each -> receive(each.sender(), each.envelope()));
        // While we could not hear, somebody may have asked us in vain.
        feed.onHello();
    }

    /** Redis answers, and does not say what it has of the board: the owners are asked instead. */
    private void goOnByMessages(int round) {
        goLive();
        if (asksIfRefused) {
            asksIfRefused = false;
            sayHello(round);
        }
    }

    /** Asks the others for the last positions; again if that fails, unless another read asks by then. */
    private void sayHello(int round) {
        askedNanos = System.nanoTime();
        EnvelopePublisher publisher = context.publisher();
        publisher
                .publish(board, publisher.envelope().setHello(Hello.getDefaultInstance()))
                .exceptionally(failure -> {
                    loop.schedule(
                            () -> {
                                if (round == syncRound) {
                                    sayHello(round);
                                }
                            },
                            RETRY_MS,
                            TimeUnit.MILLISECONDS);
                    return 0L;
                });
    }

    private static boolean isLater(Origin owner, NodeId node, long inc) {
        return owner.node().equals(node) && owner.inc() > inc;
    }

    /** The other owners in a snapshot that are alive; those that seem dead are kept in mind. */
    private Set<Origin> accepted(SegmentStore.StoredBoard stored) {
        Set<Origin> accepted = stored.latest((owner, lease) -> {
            if (context.self().isSelf(owner)) {
                return false;
            }
            boolean alive = context.detector().accepts(owner, lease);
            if (!alive) {
                passedOver.add(owner);
            }
            return alive;
        });
        accepted.forEach(owner -> {
            context.gate().remember(owner);
            context.detector().onHeard(owner);
        });
        return accepted;
    }

    /**
     * An owner that a snapshot lacks: it left the board while we could not hear, or Redis came back empty
     * and it has not written again yet. A lease tells: without one (or with an old one, of a replica) Redis
     * was emptied, and the owner gets the time of the longest backoff. Nobody flaps. Whoever has a segment here says
     * so when it hears our hello.
     */
    private void confirmGone(Origin missing) {
        long since = System.nanoTime();
        context.leases().read(missing.node()).whenComplete((inc, failure) -> {
            long wait = inc != null && inc >= missing.inc() ? CONFIRM_MS : CONFIRM_EMPTY_MS;
            loop.schedule(() -> confirm(missing, since), wait, TimeUnit.MILLISECONDS);
        });
    }

    private void confirm(Origin missing, long sinceNanos) {
        doubted.remove(missing);
        Long last = lastWords.get(missing);
        if (last != null && last - sinceNanos > 0) {
            // It is here, and what it said has Redis' copy read where that is needed.
            return;
        }
        reader.readLast(missing);
    }

    /** Not in Redis, though nobody removed it: Redis may have thrown it away while its owner is alive and well. */
    @Override
    public void onMissing(Origin owner) {
        if (!closed && doubted.add(owner)) {
            long since = System.nanoTime();
            ask();
            loop.schedule(() -> confirm(owner, since), CONFIRM_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onBehind(Origin owner) {
        ask();
    }

    @Override
    public void onRefused() {
        ask();
    }

    /** Asks all owners for what Redis does not have, once for many questions. */
    private void ask() {
        if (askScheduled || closed) {
            return;
        }
        long wait = Math.max(0, ASK_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos));
        askScheduled = true;
        loop.schedule(
                () -> {
                    askScheduled = false;
                    if (!closed) {
                        sayHello(syncRound);
                    }
                },
                doubted.isEmpty() ? wait : 0,
                TimeUnit.MILLISECONDS);
    }

    /** @param owner under which origin its sender published */
    void receive(Origin owner, Envelope envelope) {
        if (closed) {
            return;
        }
        if (state == State.SYNCING) {
            if (buffered.size() >= MAX_BUFFERED) {
                sync();
            }
            buffered.add(new Received(owner, envelope));
            return;
        }
        try {
            if (context.detector().isDead(owner)) {
                return;
            }
            if (FailureDetector.isSignOfLife(envelope)) {
                context.detector().onHeard(owner);
            }
            if (envelope.hasDelta() || envelope.hasPut() || envelope.hasDigest()) {
                lastWords.put(owner, System.nanoTime());
            }
            apply(envelope, owner);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            context.metrics().envelopesMalformed.increment();
        }
    }

    private void apply(Envelope envelope, Origin owner) throws InvalidProtocolBufferException {
        switch (envelope.getEventCase()) {
            case DELTA -> onDelta(owner, envelope.getDelta());
            case PUT -> reader.readIfNewer(owner, envelope.getPut().getSeq());
            case DIGEST -> reader.check(owner, envelope.getDigest());
            case REAP -> onReap(Origin.parse(envelope.getReap().getOrigin()));
            case CURSORS ->
                feed.onCursors(owner, envelope.getCursors().getTick(), EnvelopeMapping.columns(envelope.getCursors()));
            case HELLO -> {
                feed.onHello();
                writer.onAsked();
            }
            case SIGNAL -> onSignal(envelope.getSignal());
            case HEARTBEAT, DEAD, BYE, ANNOUNCEMENT, USER, KICK, PARDON, EVENT_NOT_SET ->
                context.metrics().envelopesUnknown.increment();
        }
    }

    private void onDelta(Origin owner, Delta delta) throws InvalidProtocolBufferException {
        SegmentDelta change = EnvelopeMapping.change(delta);
        if (delta.getWhole()) {
            if (delta.getSeq() > feed.knownSeq(owner)) {
                feed.onSegment(owner, delta.getSeq(), change.upserted());
            }
        } else if (feed.onDelta(owner, delta.getPrev(), delta.getSeq(), change) == Roster.Verdict.GAP) {
            reader.read(owner, delta.getSeq());
        }
    }

    private void onReap(Origin owner) {
        if (!context.self().isSelf(owner)) {
            if (context.writes().refusal() != null && feed.knownSeq(owner) >= 0) {
                // Told, and perhaps not done; its owner may end before it can be. What it writes later stays.
                context.reaper().reap(board, owner, feed.knownSeq(owner));
            }
            if (reader.onReaped(owner)) {
                return;
            }
            if (feed.knownMembers(owner).isEmpty()) {
                feed.onOwnerGone(owner, LeaveReason.LEFT);
            } else {
                // They may be in a segment that is being read now, that of its next incarnation say: behind it.
                reader.readLast(owner);
            }
        } else if (owner.equals(context.self().get())) {
            // Somebody takes us for dead; until we hear so ourselves, what we own stands.
            writer.verify();
        }
    }

    private void onSignal(SignalRelay signal) {
        List<MemberId> to = new ArrayList<>(signal.getToCount());
        for (ByteString id : signal.getToList()) {
            to.add(ProtoMapping.memberId(id));
        }
        feed.onSignal(
                signal.getFrom().isEmpty() ? null : ProtoMapping.memberId(signal.getFrom()),
                signal.getType(),
                signal.getPayload().toByteArray(),
                to);
    }
}
