package presence.cluster.segment;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.board.spi.BoardLink;
import presence.board.spi.Inconsistency;
import presence.cluster.pubsub.RedisSubscriber;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.SignalRelay;
import presence.roster.SegmentDelta;
import presence.wire.ProtoMapping;

/**
 * One board's line over Redis. Board loop only, but for what is said to work on any thread: that hands over
 * to it.
 */
final class RedisBoardLink implements BoardLink, RedisSubscriber.Follower {
    /** What there is while the board is followed. */
    private record Open(BoardFeed feed, SegmentWriter writer, BoardSubscription receiver) {}

    private final SegmentContext context;
    private final BoardLinks links;
    private final BoardId board;
    private final EventLoop loop;
    private final String channel;
    private final Runnable sendPositions = () -> whileOpen(now -> now.feed().onHello());
    private @Nullable Open open;
    /** Outlives {@link #open} by its last write. */
    private @Nullable SegmentWriter writer;

    RedisBoardLink(SegmentContext context, BoardLinks links, BoardId board, EventLoop loop) {
        this.context = context;
        this.links = links;
        this.board = board;
        this.loop = loop;
        this.channel = context.keys().boardChannel(board);
    }

    @Override
    public void follow(BoardFeed feed) {
        // Whoever reads the segment again may have forgotten where its members' cursors are.
        SegmentWriter started = new SegmentWriter(context, board, loop, feed::localMembers, sendPositions);
        BoardSubscription receiver = new BoardSubscription(context, board, loop, feed, started);
        writer = started;
        open = new Open(feed, started, receiver);
        started.start();
        receiver.start();
        links.opened(this);
        if (!context.self().get().equals(started.owner())) {
            // Between the two, this node went on under another incarnation, and told those who were open.
            started.reincarnate(context.self().get());
        }
        if (context.watchdog().isIsolated()) {
            onIsolated();
        }
        context.subscriber().follow(channel, this);
    }

    @Override
    public void publish(SegmentDelta delta) {
        if (writer != null) {
            writer.publish(delta);
        }
    }

    @Override
    public void cursors(long tick, CursorColumns moved) {
        byte[] envelope = context.codec().encodeCursors(context.self().get().inc(), tick, moved);
        context.cursors().publish(loop, channel, envelope, sendPositions);
        context.tap().mirror(board, envelope);
    }

    @Override
    public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
        SignalRelay.Builder signal = SignalRelay.newBuilder()
                .setFrom(ProtoMapping.toProto(from))
                .setType(type)
                .setPayload(UnsafeByteOperations.unsafeWrap(payload));
        to.forEach(id -> signal.addTo(ProtoMapping.toProto(id)));
        Envelope.Builder envelope = context.publisher().envelope().setSignal(signal);
        if (writer != null) {
            // Behind the join of its sender: nobody knows who speaks before that.
            writer.afterWrites(() -> context.publisher().publish(board, envelope));
        }
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        CompletableFuture<List<Inconsistency>> found = new CompletableFuture<>();
        loop.execute(() -> {
            Open now = open;
            if (now == null || !now.receiver().isLive()) {
                found.complete(List.of());
            } else {
                now.receiver().audit().look().thenAccept(found::complete);
            }
        });
        return found;
    }

    @Override
    public void close() {
        Open last = open;
        open = null;
        links.closed(this);
        context.subscriber().unfollow(channel, this);
        if (last != null) {
            last.receiver().close();
            last.writer().close();
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
        whileOpen(now -> now.writer().verify());
    }

    /** Any thread: commands can be given again. */
    void onCommandsUp() {
        whileOpen(now -> {
            now.writer().verify();
            now.receiver().onCommandsUp();
        });
    }

    /** Any thread: this node goes on under another incarnation. */
    void reincarnate(Origin next) {
        whileOpen(now -> now.writer().reincarnate(next));
    }

    /** Any thread: a node said goodbye. */
    void onNodeGone(NodeId node) {
        whileOpen(now -> {
            // What it could not remove itself: normally nothing is known of it any more.
            now.feed().owners().stream()
                    .filter(owner -> owner.node().equals(node))
                    .forEach(owner -> context.reaper().reap(board, owner, null));
            now.feed().onNodeGone(node);
        });
    }

    /** Any thread: an owner is dead. Whoever follows the board removes what it left in Redis. */
    void onDead(Origin owner) {
        whileOpen(now -> {
            if (now.feed().owners().contains(owner)) {
                now.feed().onOwnerGone(owner, LeaveReason.NODE_LOST);
                context.reaper().reap(board, owner, null);
            }
        });
    }

    /** Any thread: nothing can be known of the others, and whoever waits to know waits in vain. */
    void onIsolated() {
        whileOpen(now -> {
            now.feed().owners().forEach(owner -> now.feed().onOwnerGone(owner, LeaveReason.NODE_LOST));
            now.feed().onSynced();
        });
    }

    /** Any thread: what is known of the others may be old. */
    void resync() {
        whileOpen(now -> now.receiver().sync());
    }

    /** Any thread: a node or incarnation not heard of before. */
    void onNewNode(Origin node) {
        whileOpen(now -> now.receiver().onNewNode(node));
    }

    @Override
    public void onSubscribed() {
        resync();
    }

    @Override
    public void onEnvelope(Origin sender, Envelope envelope) {
        whileOpen(now -> now.receiver().receive(sender, envelope));
    }

    private void whileOpen(Consumer<Open> action) {
        loop.execute(() -> {
            Open now = open;
            if (now != null) {
                action.accept(now);
            }
        });
    }
}
