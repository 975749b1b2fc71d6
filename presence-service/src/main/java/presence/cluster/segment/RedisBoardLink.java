package presence.cluster.segment;

import com.google.protobuf.UnsafeByteOperations;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.board.spi.BoardLink;
import presence.board.spi.Inconsistency;
import presence.cluster.envelope.EnvelopeMapping;
import presence.cluster.lock.RedisBoardLocks;
import presence.cluster.pubsub.RedisSubscriber;
import presence.lock.LockFeed;
import presence.lock.LockLink;
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

/** Connects one board to the cluster over Redis. Board loop only; methods documented as "any thread" dispatch to it. */
final class RedisBoardLink implements BoardLink, RedisSubscriber.Follower {
    /** The parts that exist while the board is followed. */
    private record Open(
            BoardFeed feed, SegmentWriter writer, BoardSubscription subscription, BoardObservers observers) {}

    private final SegmentContext context;
    private final BoardLinks links;
    private final BoardId board;
    private final EventLoop loop;
    private final String channel;
    private final Runnable sendPositions = () -> whileOpen(now -> now.feed().onHello());
    private final CursorAudience audience;
    private final LongConsumer onReceivers;
    private @Nullable Open open;
    /** Null until the board uses locks. */
    private @Nullable RedisBoardLocks locks;
    /** Stays after {@link #open} until its last write. */
    private @Nullable SegmentWriter writer;

    RedisBoardLink(SegmentContext context, BoardLinks links, BoardId board, EventLoop loop) {
        this.context = context;
        this.links = links;
        this.board = board;
        this.loop = loop;
        this.channel = context.keys().boardChannel(board);
        audience = new CursorAudience(
                loop, () -> context.subscriber().isSubscribed(channel), this::publishPositions, context.metrics());
        onReceivers = audience::onReceivers;
    }

    BoardId board() {
        return board;
    }

    @Override
    public void follow(BoardFeed feed) {
        // Nodes that read the segment again may have dropped its members' cursors.
        SegmentWriter started = new SegmentWriter(context, board, loop, feed::localMembers, sendPositions);
        BoardSubscription subscription = new BoardSubscription(context, board, loop, feed, started);
        writer = started;
        open = new Open(feed, started, subscription, new BoardObservers(context, board, loop, feed));
        started.start();
        subscription.start();
        links.opened(this);
        if (!context.self().get().equals(started.owner())) {
            // The incarnation changed meanwhile, and only open links were notified.
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
    public CompletionStage<?> stored() {
        return writer == null ? CompletableFuture.completedStage(null) : writer.stored();
    }

    @Override
    public void cursors(long tick, CursorColumns moved) {
        boolean listening = !context.skipsUnheard() || audience.isListening();
        if (!listening && !context.tap().mirrors(board)) {
            return;
        }
        byte[] envelope = context.codec().encodeCursors(context.self().get().inc(), tick, moved);
        if (listening) {
            context.cursors().publish(loop, channel, envelope, sendPositions, onReceivers);
        }
        context.tap().mirror(board, envelope);
    }

    @Override
    public void observers(int count) {
        if (open != null) {
            open.observers().set(count);
        }
    }

    @Override
    public void reactions(Map<String, Integer> sums) {
        if (open != null) {
            // Not repeated when Redis does not answer: they may have been counted.
            context.publisher()
                    .publish(board, context.publisher().envelope().setReactions(EnvelopeMapping.toProto(sums)));
        }
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
            // Sent after the join of its sender, which receivers do not know before.
            writer.afterWrites(() -> context.publisher().publish(board, envelope));
        }
    }

    @Override
    public LockLink locks(LockFeed feed) {
        RedisBoardLocks opened = new RedisBoardLocks(context.locks(), board, loop, feed, context.failures());
        locks = opened;
        opened.verify();
        return opened;
    }

    private void ofLocks(Consumer<RedisBoardLocks> action) {
        RedisBoardLocks now = locks;
        if (now != null) {
            action.accept(now);
        }
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        CompletableFuture<List<Inconsistency>> found = new CompletableFuture<>();
        loop.execute(() -> {
            Open now = open;
            if (now == null || !now.subscription().isLive()) {
                found.complete(List.of());
            } else {
                now.subscription().audit().check().thenAccept(found::complete);
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
        ofLocks(RedisBoardLocks::close);
        if (last != null) {
            last.observers().close();
            last.subscription().close();
            last.writer().close();
        }
    }

    /** Any thread: removes the segment from Redis, with all members in it, because the node stops. */
    CompletionStage<?> retire() {
        CompletableFuture<Void> retired = new CompletableFuture<>();
        loop.execute(() -> {
            SegmentWriter last = writer;
            if (open != null) {
                open.observers().close();
            }
            RedisBoardLocks held = locks;
            CompletionStage<?> released = held == null ? CompletableFuture.completedStage(null) : held.retire();
            if (last == null) {
                released.whenComplete((done, failure) -> retired.complete(null));
            } else {
                last.close()
                        .whenComplete(
                                (done, failure) -> released.whenComplete((all, refused) -> retired.complete(null)));
            }
        });
        return retired;
    }

    /** Any thread: verifies the segment in Redis. */
    void verify() {
        whileOpen(now -> {
            now.writer().verify();
            now.observers().rewrite();
            ofLocks(RedisBoardLocks::verify);
        });
    }

    /** Any thread: verifies and reads again after the command connection is back. */
    void onCommandsUp() {
        whileOpen(now -> {
            now.writer().verify();
            now.observers().rewrite();
            now.observers().read();
            now.subscription().onCommandsUp();
            ofLocks(RedisBoardLocks::verify);
        });
    }

    /** Any thread: continues under another incarnation. */
    void reincarnate(Origin next) {
        whileOpen(now -> {
            now.writer().reincarnate(next);
            // The others dropped it with the incarnation before.
            now.observers().rewrite();
            ofLocks(RedisBoardLocks::verify);
        });
    }

    /** Any thread: a node left cleanly. */
    void onNodeGone(NodeId node) {
        whileOpen(now -> {
            // Removes what the node could not remove itself; normally it has no owner here any more.
            now.feed().owners().stream()
                    .filter(owner -> owner.node().equals(node))
                    .forEach(owner -> context.reaper().reap(board, owner, null));
            now.feed().onNodeGone(node);
            now.observers().forget(node);
            ofLocks(held -> held.onNodeGone(node));
        });
    }

    /** Any thread: an owner is dead. Every node that follows the board removes its segment from Redis. */
    void onDead(Origin owner) {
        whileOpen(now -> {
            now.observers().forget(owner.node());
            ofLocks(held -> held.onOwnerGone(owner));
            if (now.feed().owners().contains(owner)) {
                now.feed().onOwnerGone(owner, LeaveReason.NODE_LOST);
                context.reaper().reap(board, owner, null);
            }
        });
    }

    /** Any thread: removes all remote members and completes waits for the snapshot, which cannot arrive. */
    void onIsolated() {
        whileOpen(now -> {
            now.feed().owners().forEach(owner -> now.feed().onOwnerGone(owner, LeaveReason.NODE_LOST));
            now.feed().onObservers(Map.of());
            now.feed().onSynced();
        });
    }

    /** Any thread: reads the board again, because the known remote state may be stale. */
    void resync() {
        whileOpen(now -> {
            now.observers().read();
            now.subscription().sync();
            ofLocks(RedisBoardLocks::verify);
        });
    }

    /** Any thread: handles a new node or incarnation. */
    void onNewNode(Origin node) {
        whileOpen(now -> now.subscription().onNewNode(node));
    }

    @Override
    public void onSubscribed() {
        whileOpen(now -> audience.onHeard());
        resync();
    }

    @Override
    public void onEnvelope(Origin sender, Envelope envelope) {
        whileOpen(now -> {
            audience.onHeard();
            if (envelope.hasReactions()) {
                now.feed().onReactions(EnvelopeMapping.fromProto(envelope.getReactions()));
            } else if (envelope.hasLocks()) {
                ofLocks(RedisBoardLocks::onChanged);
            } else if (!envelope.hasObservers()) {
                now.subscription().receive(sender, envelope);
            } else if (!context.detector().isDead(sender)) {
                now.observers().receive(sender.node(), envelope.getObservers());
            }
        });
    }

    private void publishPositions() {
        if (open != null) {
            open.feed().onHello();
        }
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
