package presence.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.BoardFeed;
import presence.board.BoardLink;
import presence.board.Flaw;
import presence.model.BoardId;
import presence.model.CursorColumns;
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
 * One board's line over Redis. First subscribe, then read: what happens in between is in the snapshot,
 * in the stream, or in both, and sequence numbers sort it out. Board loop only, but for the
 * {@link RedisSubscriber.Follower} callbacks, which hand over to it.
 */
final class RedisLink implements BoardLink, RedisSubscriber.Follower {
    private static final long RETRY_MS = 1_000;
    private static final long CONFIRM_MS = 500;
    /** The longest backoff, and a second. */
    private static final long CONFIRM_EMPTY_MS = 6_000;
    /** Envelopes kept while the snapshot is read; beyond that the read starts over. */
    private static final int MAX_BUFFERED = 10_000;

    private enum State {
        /** Not subscribed yet, or closed. */
        SILENT,
        /** Subscribed; the snapshot is being read, the stream waits. */
        SYNCING,
        LIVE
    }

    private final RedisBus bus;
    private final BoardId board;
    private final EventLoop loop;
    private final String channel;
    private @Nullable BoardFeed feed;
    private @Nullable SegmentWriter writer;
    private State state = State.SILENT;
    private final List<Envelope> buffered = new ArrayList<>(0);
    private final Runnable sendPositions = this::sendPositions;
    private int syncRound;
    private @Nullable SegmentReader reader;
    /** When each owner last said something of its segment. */
    private final Map<Origin, Long> lastWords = new HashMap<>(0);
    /** Owners in the last snapshot that seemed dead. */
    private final Set<Origin> passedOver = new HashSet<>(0);

    RedisLink(RedisBus bus, BoardId board, EventLoop loop) {
        this.bus = bus;
        this.board = board;
        this.loop = loop;
        this.channel = bus.names().boardChannel(board);
    }

    @Override
    public void follow(BoardFeed listener) {
        feed = listener;
        reader = bus.newReader(board, loop, listener);
        // Whoever reads the segment again may have forgotten where its members' cursors are.
        SegmentWriter started = bus.newWriter(board, loop, listener::localMembers, sendPositions);
        writer = started;
        started.start();
        watchSilence();
        bus.opened(this);
        bus.subscriber().follow(channel, this);
    }

    @Override
    public void publish(SegmentDelta delta) {
        if (writer != null) {
            writer.publish(delta);
        }
    }

    @Override
    public void cursors(long tick, CursorColumns moved) {
        byte[] envelope = bus.codec().encode(bus.envelope().setCursors(EnvelopeMapping.cursorTick(tick, moved)));
        bus.cursors().publish(loop, channel, envelope, sendPositions);
    }

    @Override
    public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
        SignalRelay.Builder signal = SignalRelay.newBuilder()
                .setFrom(ProtoMapping.toProto(from))
                .setType(type)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload));
        to.forEach(id -> signal.addTo(ProtoMapping.toProto(id)));
        byte[] envelope = bus.codec().encode(bus.envelope().setSignal(signal));
        if (writer != null) {
            // Behind the join of its sender: nobody knows who speaks before that.
            writer.afterWrites(() -> bus.publish(channel, envelope));
        }
    }

    @Override
    public CompletionStage<List<Flaw>> look() {
        CompletableFuture<List<Flaw>> found = new CompletableFuture<>();
        loop.execute(() -> {
            BoardFeed listener = feed;
            if (listener == null || writer == null || reader == null || state != State.LIVE) {
                found.complete(List.of());
            } else {
                new SegmentAudit(bus, board, loop, listener, writer, reader)
                        .look()
                        .thenAccept(found::complete);
            }
        });
        return found;
    }

    @Override
    public void close() {
        state = State.SILENT;
        feed = null;
        if (reader != null) {
            reader.close();
            reader = null;
        }
        syncRound++;
        bus.closed(this);
        bus.subscriber().unfollow(channel, this);
        if (writer != null) {
            writer.close();
        }
    }

    /** Any thread: the node stops. The segment is removed from Redis, whoever is in it. */
    CompletionStage<?> retire() {
        CompletableFuture<Void> retired = new CompletableFuture<>();
        loop.execute(() -> {
            SegmentWriter last = writer;
            if (last == null) {
                retired.complete(null);
            } else {
                last.close().whenComplete((done, failure) -> retired.complete(null));
            }
        });
        return retired;
    }

    /** Any thread: Redis may not have what it should. */
    void verify() {
        whileOpen((listener, segmentWriter, segmentReader) -> segmentWriter.verify());
    }

    /** Any thread: this node goes on under another incarnation. */
    void reincarnate(Origin next) {
        whileOpen((listener, segmentWriter, segmentReader) -> segmentWriter.reincarnate(next));
    }

    /** Any thread: a node said goodbye. */
    void onNodeGone(NodeId node) {
        whileOpen((listener, segmentWriter, segmentReader) -> listener.onNodeGone(node));
    }

    /** Any thread: an owner is dead. Whoever follows the board removes what it left in Redis. */
    void onDead(Origin owner) {
        whileOpen((listener, segmentWriter, segmentReader) -> {
            if (listener.owners().contains(owner)) {
                listener.onOwnerGone(owner, LeaveReason.NODE_LOST);
                bus.reap(board, owner);
            }
        });
    }

    /** Any thread: nothing can be known of the others. */
    void onDeaf() {
        whileOpen((listener, segmentWriter, segmentReader) ->
                listener.owners().forEach(owner -> listener.onOwnerGone(owner, LeaveReason.NODE_LOST)));
    }

    /** Any thread: the others may not know the last positions. */
    private void sendPositions() {
        whileOpen((listener, segmentWriter, segmentReader) -> listener.onHello());
    }

    /** Any thread: what is known of the others may be old. */
    void resync() {
        loop.execute(this::sync);
    }

    /** Any thread: a node or incarnation not heard of before; a snapshot may have passed it over. */
    void onNewNode(Origin node) {
        whileOpen((listener, segmentWriter, segmentReader) -> {
            if (passedOver.remove(node)) {
                segmentReader.read(node);
            }
        });
    }

    /** An owner that says nothing for two and a half touches is read again: its digests may not reach us. */
    private void watchSilence() {
        loop.schedule(
                () -> whileOpen((listener, segmentWriter, segmentReader) -> {
                    long now = System.nanoTime();
                    long silentNanos = TimeUnit.MILLISECONDS.toNanos(bus.touchMs() * 5 / 2);
                    lastWords.keySet().retainAll(listener.owners());
                    for (Origin owner : listener.owners()) {
                        if (now - lastWords.computeIfAbsent(owner, key -> now) > silentNanos) {
                            lastWords.put(owner, now);
                            segmentReader.read(owner);
                        }
                    }
                    watchSilence();
                }),
                bus.touchMs(),
                TimeUnit.MILLISECONDS);
    }

    private interface OpenAction {
        void run(BoardFeed listener, SegmentWriter segmentWriter, SegmentReader segmentReader);
    }

    private void whileOpen(OpenAction action) {
        loop.execute(() -> {
            BoardFeed listener = feed;
            SegmentWriter segmentWriter = writer;
            SegmentReader segmentReader = reader;
            if (listener != null && segmentWriter != null && segmentReader != null) {
                action.run(listener, segmentWriter, segmentReader);
            }
        });
    }

    @Override
    public void onSubscribed() {
        loop.execute(this::sync);
    }

    @Override
    public void onEnvelope(Envelope envelope) {
        loop.execute(() -> receive(envelope));
    }

    private void sync() {
        if (feed == null) {
            return;
        }
        state = State.SYNCING;
        buffered.clear();
        int round = ++syncRound;
        bus.store()
                .readAll(board)
                .whenComplete((stored, failure) -> loop.execute(() -> onSnapshot(round, stored, failure)));
    }

    private void onSnapshot(int round, SegmentStore.@Nullable StoredBoard stored, @Nullable Throwable failure) {
        BoardFeed listener = feed;
        SegmentReader segmentReader = reader;
        if (round != syncRound || listener == null || segmentReader == null) {
            return;
        }
        if (stored == null) {
            bus.warn("reading a board failed, trying again board=" + board, failure);
            listener.onSynced();
            loop.schedule(
                    () -> {
                        if (round == syncRound) {
                            sync();
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
                listener.onSegment(owner, segment.seq(), segment.members());
            }
        }
        for (Origin missing : listener.owners()) {
            if (!accepted.contains(missing)) {
                if (accepted.stream().anyMatch(later -> isLater(later, missing.node(), missing.inc()))) {
                    // Its node writes under another name now; who is in there was just read.
                    listener.onOwnerGone(missing, LeaveReason.LEFT);
                } else {
                    confirmGone(missing, segmentReader);
                }
            }
        }
        state = State.LIVE;
        List<Envelope> waited = List.copyOf(buffered);
        buffered.clear();
        waited.forEach(this::receive);
        // While we could not hear, somebody may have asked us in vain.
        listener.onHello();
        listener.onSynced();
        sayHello(round);
    }

    /** Asks the others for the last positions; again if that fails, unless another read asks by then. */
    private void sayHello(int round) {
        bus.publish(channel, bus.codec().encode(bus.envelope().setHello(Hello.getDefaultInstance())))
                .exceptionally(failure -> {
                    loop.schedule(
                            () -> whileOpen((listener, segmentWriter, segmentReader) -> {
                                if (round == syncRound) {
                                    sayHello(round);
                                }
                            }),
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
            if (bus.isSelf(owner)) {
                return false;
            }
            boolean alive = bus.pulse().accepts(owner, lease == null ? OptionalLong.empty() : OptionalLong.of(lease));
            if (!alive) {
                passedOver.add(owner);
            }
            return alive;
        });
        accepted.forEach(bus.pulse()::onHeard);
        return accepted;
    }

    /**
     * An owner that a snapshot lacks: it left the board while we could not hear, or Redis came back empty
     * and it has not written again yet. A lease tells: without one (or with an old one, of a replica) Redis
     * was emptied, and the owner gets the time of the longest backoff. Nobody flaps.
     */
    private void confirmGone(Origin missing, SegmentReader segmentReader) {
        bus.leases().read(missing.node()).whenComplete((inc, failure) -> {
            long wait = inc != null && inc >= missing.inc() ? CONFIRM_MS : CONFIRM_EMPTY_MS;
            loop.schedule(() -> segmentReader.read(missing), wait, TimeUnit.MILLISECONDS);
        });
    }

    private void receive(Envelope envelope) {
        BoardFeed listener = feed;
        SegmentReader segmentReader = reader;
        if (listener == null || segmentReader == null) {
            return;
        }
        if (state == State.SYNCING) {
            if (buffered.size() >= MAX_BUFFERED) {
                sync();
            }
            buffered.add(envelope);
            return;
        }
        try {
            Origin owner = new Origin(NodeId.parse(envelope.getNode()), envelope.getInc());
            if (bus.pulse().isDead(owner)) {
                return;
            }
            if (NodePulse.isSignOfLife(envelope)) {
                bus.pulse().onHeard(owner);
                lastWords.put(owner, System.nanoTime());
            }
            apply(listener, segmentReader, envelope, owner);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            bus.metrics().envelopesMalformed.increment();
        }
    }

    private void apply(BoardFeed listener, SegmentReader segmentReader, Envelope envelope, Origin owner)
            throws InvalidProtocolBufferException {
        switch (envelope.getEventCase()) {
            case DELTA -> {
                Delta delta = envelope.getDelta();
                Roster.Verdict verdict =
                        listener.onDelta(owner, delta.getPrev(), delta.getSeq(), EnvelopeMapping.change(delta));
                if (verdict == Roster.Verdict.GAP) {
                    segmentReader.read(owner);
                }
            }
            case PUT -> segmentReader.readIfNewer(owner, envelope.getPut().getSeq());
            case DIGEST -> segmentReader.check(owner, envelope.getDigest());
            case REAP -> onReap(listener, Origin.parse(envelope.getReap().getOrigin()));
            case CURSORS ->
                listener.onCursors(
                        owner, envelope.getCursors().getTick(), EnvelopeMapping.columns(envelope.getCursors()));
            case HELLO -> listener.onHello();
            case SIGNAL -> onSignal(listener, envelope.getSignal());
            case HEARTBEAT, DEAD, BYE, ANNOUNCEMENT, EVENT_NOT_SET ->
                bus.metrics().envelopesUnknown.increment();
        }
    }

    private void onReap(BoardFeed listener, Origin owner) {
        if (!bus.isSelf(owner)) {
            listener.onOwnerGone(owner, LeaveReason.LEFT);
        } else if (owner.equals(bus.self()) && writer != null) {
            // Somebody takes us for dead; until we hear so ourselves, what we own stands.
            writer.verify();
        }
    }

    private static void onSignal(BoardFeed listener, SignalRelay signal) {
        List<MemberId> to = new ArrayList<>(signal.getToCount());
        for (ByteString id : signal.getToList()) {
            to.add(ProtoMapping.memberId(id));
        }
        listener.onSignal(
                ProtoMapping.memberId(signal.getFrom()),
                signal.getType(),
                signal.getPayload().toByteArray(),
                to);
    }
}
