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
 * Receives the messages of other nodes about one board. Subscribes first and reads the snapshot then: a change in
 * between is in the snapshot, in the stream, or in both, and sequence numbers order it. Board loop only.
 */
final class BoardSubscription implements SegmentReader.GapHandler {
    private static final long RETRY_MS = 1_000;
    /** Time in which an owner must answer a hello if it has a segment here. */
    private static final long CONFIRM_MS = 800;
    /** The longest reconnect backoff of any setting and release, plus one second. */
    private static final long CONFIRM_EMPTY_MS = 6_000;
    /** Least time between two hellos that ask for segments missing in Redis. */
    private static final long ASK_MS = 1_000;
    /** Most envelopes buffered while the snapshot is read; beyond that the read restarts. */
    private static final int MAX_BUFFERED = 10_000;

    private record Received(Origin sender, Envelope envelope) {}

    private enum State {
        /** Not subscribed yet, or closed. */
        SILENT,
        /** Subscribed; the snapshot is being read, and envelopes are buffered. */
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
    /** The known remote state may be stale, and no hello was sent since. */
    private boolean asksIfRefused;

    private boolean askScheduled;
    private long askedNanos;
    /** Owners whose segment is missing in Redis and that were asked for it by a hello. */
    private final Set<Origin> doubted = new HashSet<>(0);
    /** When each owner last published a delta, put or digest. */
    private final Map<Origin, Long> lastPublished = new HashMap<>(0);
    /** Owners in the last snapshot that were skipped because they seemed dead. */
    private final Set<Origin> skipped = new HashSet<>(0);

    /** @param writer writer of this node's own segment */
    BoardSubscription(SegmentContext context, BoardId board, EventLoop loop, BoardFeed feed, SegmentWriter writer) {
        this.context = context;
        this.board = board;
        this.loop = loop;
        this.feed = feed;
        this.writer = writer;
        askedNanos = loop.ticker().nanoTime() - TimeUnit.MILLISECONDS.toNanos(ASK_MS);
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
            // A scheduled task would keep the board in memory for half a minute.
            watch.cancel(false);
        }
        state = State.SILENT;
        syncRound++;
        reader.close();
    }

    /** Makes the audit that compares Redis with the state of this node. */
    SegmentAudit audit() {
        return new SegmentAudit(context, board, loop, feed, writer, reader);
    }

    /** Whether envelopes are applied as they arrive. */
    boolean isLive() {
        return state == State.LIVE;
    }

    /** Reads the segment of a new node or incarnation if the last snapshot skipped it. */
    void onNewNode(Origin node) {
        if (skipped.remove(node)) {
            reader.read(node);
        }
    }

    /** Reads an owner again that published nothing for two and a half touch intervals: its digests may not arrive. */
    private void watchSilence() {
        silenceWatch = loop.schedule(
                () -> {
                    if (!closed) {
                        readSilentOwners();
                        watchSilence();
                    }
                },
                context.touchMs(),
                TimeUnit.MILLISECONDS);
    }

    private void readSilentOwners() {
        long now = loop.ticker().nanoTime();
        long silentNanos = TimeUnit.MILLISECONDS.toNanos(context.touchMs() * 5 / 2);
        lastPublished.keySet().retainAll(feed.owners());
        for (Origin owner : feed.owners()) {
            if (now - lastPublished.computeIfAbsent(owner, key -> now) > silentNanos) {
                lastPublished.put(owner, now);
                reader.read(owner);
            }
        }
    }

    /** Reads the whole board again: the known remote state may be stale. */
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
        // What is buffered for an earlier read stays: this one may be refused.
        int round = ++syncRound;
        context.store()
                .readAll(board)
                .whenComplete((stored, failure) -> loop.execute(() -> onSnapshot(round, stored, failure)));
    }

    /** Reads again after the command connection is back. */
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
            context.failures().warn("reading a board failed, retrying board=" + board, failure);
            // The next attempt may show which member a resume key belongs to: pending joins have their own timeout.
            readFailed = true;
            if (context.isRefused(failure)) {
                continueByMessages(round);
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
        skipped.clear();
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
                    // Its node writes under a later incarnation now, whose segment was just read.
                    feed.onOwnerGone(missing, LeaveReason.LEFT);
                } else {
                    confirmGone(missing);
                }
            }
        }
        if (!stored.segments().containsKey(context.self().get())) {
            // If this node has members here, Redis has lost the segment.
            writer.onAsked();
        }
        goLive();
        feed.onSynced();
        publishHello(round);
    }

    private void goLive() {
        state = State.LIVE;
        List<Received> waited = List.copyOf(buffered);
        buffered.clear();
        waited.forEach(each -> receive(each.sender(), each.envelope()));
        // A hello may have been missed while this node was not subscribed.
        feed.onHello();
    }

    /** Goes live without a snapshot: Redis refuses the read, so the owners are asked by a hello. */
    private void continueByMessages(int round) {
        goLive();
        if (asksIfRefused) {
            asksIfRefused = false;
            publishHello(round);
        }
    }

    /**
     * Publishes a hello, which asks the others for their last positions; retries unless another read began meanwhile.
     */
    private void publishHello(int round) {
        askedNanos = loop.ticker().nanoTime();
        EnvelopePublisher publisher = context.publisher();
        publisher
                .publish(board, publisher.envelope().setHello(Hello.getDefaultInstance()))
                .exceptionally(failure -> {
                    loop.schedule(
                            () -> {
                                if (round == syncRound) {
                                    publishHello(round);
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

    /** Returns the other owners in a snapshot that are alive, and remembers those that seem dead. */
    private Set<Origin> accepted(SegmentStore.StoredBoard stored) {
        Set<Origin> accepted = stored.latest((owner, lease) -> {
            if (context.self().isSelf(owner)) {
                return false;
            }
            boolean alive = context.detector().accepts(owner, lease);
            if (!alive) {
                skipped.add(owner);
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
     * Confirms that an owner missing from the snapshot is gone: it left the board while this node was not subscribed,
     * or Redis lost its data and the owner has not written again yet. Without a current lease, Redis lost its data, and
     * the owner gets the time of the longest backoff, so that its members do not flap. An owner with a segment here
     * answers our hello.
     */
    private void confirmGone(Origin missing) {
        long since = loop.ticker().nanoTime();
        context.leases().read(missing.node()).whenComplete((inc, failure) -> {
            long wait = inc != null && inc >= missing.inc() ? CONFIRM_MS : CONFIRM_EMPTY_MS;
            loop.schedule(() -> confirm(missing, since), wait, TimeUnit.MILLISECONDS);
        });
    }

    private void confirm(Origin missing, long sinceNanos) {
        doubted.remove(missing);
        Long last = lastPublished.get(missing);
        if (last != null && last - sinceNanos > 0) {
            // The owner is present; its message triggers a read of Redis where one is needed.
            return;
        }
        reader.readLast(missing);
    }

    /**
     * Asks the owner: the segment is missing in Redis without a reap, so Redis may have evicted it while its owner is
     * alive.
     */
    @Override
    public void onMissing(Origin owner) {
        if (!closed && doubted.add(owner)) {
            long since = loop.ticker().nanoTime();
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

    /** Asks all owners, by one hello for many questions, for what is missing in Redis. */
    private void ask() {
        if (askScheduled || closed) {
            return;
        }
        long wait =
                Math.max(0, ASK_MS - TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - askedNanos));
        askScheduled = true;
        loop.schedule(
                () -> {
                    askScheduled = false;
                    if (!closed) {
                        publishHello(syncRound);
                    }
                },
                doubted.isEmpty() ? wait : 0,
                TimeUnit.MILLISECONDS);
    }

    /** @param owner the origin of the envelope */
    void receive(Origin owner, Envelope envelope) {
        if (closed) {
            return;
        }
        if (state == State.SYNCING) {
            if (buffered.size() >= MAX_BUFFERED) {
                buffered.clear();
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
                lastPublished.put(owner, loop.ticker().nanoTime());
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
            case HEARTBEAT, DEAD, BYE, ANNOUNCEMENT, USER, KICK, PARDON, OBSERVERS, REACTIONS, LOCKS, EVENT_NOT_SET ->
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
                // The reap was published but perhaps not done, and its owner may stop before it can be. Later versions
                // stay.
                context.reaper().reap(board, owner, feed.knownSeq(owner));
            }
            if (reader.onReaped(owner)) {
                return;
            }
            if (feed.knownMembers(owner).isEmpty()) {
                feed.onOwnerGone(owner, LeaveReason.LEFT);
            } else {
                // The members may be in a segment that is being read now, such as that of the next incarnation: read
                // after it.
                reader.readReaped(owner);
            }
        } else if (owner.equals(context.self().get())) {
            // Another node counts this one as dead; until this node learns so itself, it keeps its segment.
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
