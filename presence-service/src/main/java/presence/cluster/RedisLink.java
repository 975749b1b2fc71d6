package presence.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.BoardFeed;
import presence.board.BoardLink;
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
    /** How long an owner that a snapshot lacks may take to come back: the longest backoff, and a second. */
    private static final long CONFIRM_MS = 6_000;
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
    private int syncRound;
    private @Nullable SegmentReader reader;

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
        SegmentWriter started = bus.newWriter(board, loop, listener::localMembers);
        writer = started;
        started.start();
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
        bus.cursors().publish(loop, channel, envelope);
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

    /** Any thread: the command connection is there again. */
    void onCommandsUp() {
        loop.execute(() -> {
            if (writer != null && feed != null) {
                writer.rewrite();
            }
        });
    }

    /** Any thread: a node said goodbye. */
    void onBye(NodeId node) {
        loop.execute(() -> {
            BoardFeed listener = feed;
            if (listener != null) {
                listener.onNodeGone(node);
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
                .whenComplete((segments, failure) -> loop.execute(() -> onSnapshot(round, segments, failure)));
    }

    private void onSnapshot(
            int round, @Nullable Map<Origin, SegmentStore.StoredSegment> segments, @Nullable Throwable failure) {
        BoardFeed listener = feed;
        SegmentReader segmentReader = reader;
        if (round != syncRound || listener == null || segmentReader == null) {
            return;
        }
        if (segments == null) {
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
        segments.forEach((owner, segment) -> {
            if (!bus.isSelf(owner)) {
                listener.onSegment(owner, segment.seq(), segment.members());
            }
        });
        for (Origin missing : listener.owners()) {
            if (!segments.containsKey(missing)) {
                // Redis may have come back empty and the owner not yet have written again: nobody flaps.
                loop.schedule(() -> segmentReader.read(missing), CONFIRM_MS, TimeUnit.MILLISECONDS);
            }
        }
        state = State.LIVE;
        List<Envelope> waited = List.copyOf(buffered);
        buffered.clear();
        waited.forEach(this::receive);
        listener.onSynced();
        bus.publish(channel, bus.codec().encode(bus.envelope().setHello(Hello.getDefaultInstance())));
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
            apply(listener, segmentReader, envelope, new Origin(NodeId.parse(envelope.getNode()), envelope.getInc()));
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
            case DIGEST -> segmentReader.readIfNewer(owner, envelope.getDigest().getSeq());
            case REAP -> listener.onOwnerGone(Origin.parse(envelope.getReap().getOrigin()), LeaveReason.LEFT);
            case CURSORS ->
                listener.onCursors(
                        owner, envelope.getCursors().getTick(), EnvelopeMapping.columns(envelope.getCursors()));
            case HELLO -> listener.onHello();
            case SIGNAL -> onSignal(listener, envelope.getSignal());
            case HEARTBEAT, DEAD, BYE, ANNOUNCEMENT, EVENT_NOT_SET ->
                bus.metrics().envelopesUnknown.increment();
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
