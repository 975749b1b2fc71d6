package presence.cluster.memory;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import presence.board.spi.BoardFeed;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.board.spi.ModerationBus;
import presence.lock.LockFeed;
import presence.lock.LockLink;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.SegmentDelta;

/**
 * Implements the cluster within one process, for a single node or several that share an {@link InMemoryHub}.
 * Thread-safe.
 */
public final class InMemoryBus implements ClusterBus {
    private final Origin self;
    private final InMemoryHub hub;

    public InMemoryBus(NodeId node, InMemoryHub hub) {
        this.self = new Origin(node, 0);
        this.hub = hub;
    }

    @Override
    public NodeId node() {
        return self.node();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        return new Link(board, loop);
    }

    @Override
    public ClusterDirectory directory() {
        return new InMemoryDirectory(self, hub);
    }

    @Override
    public ModerationBus moderation() {
        return new InMemoryModeration(self, hub);
    }

    @Override
    public void close() {
        hub.drop(self.node());
    }

    private final class Link implements BoardLink {
        private final BoardId board;
        private final EventLoop loop;

        Link(BoardId board, EventLoop loop) {
            this.board = board;
            this.loop = loop;
        }

        @Override
        public void follow(BoardFeed feed) {
            hub.follow(board, new InMemoryHub.Follower(self, loop, feed));
        }

        @Override
        public void publish(SegmentDelta delta) {
            hub.publish(board, self, delta);
        }

        @Override
        public void cursors(long tick, CursorColumns moved) {
            hub.notifyOthers(board, self, () -> moved.copy(), (feed, columns) -> feed.onCursors(self, tick, columns));
        }

        @Override
        public void observers(int count) {
            hub.observers(board, self, count);
        }

        @Override
        public void reactions(Map<String, Integer> sums) {
            hub.notifyOthers(board, self, () -> Map.copyOf(sums), BoardFeed::onReactions);
        }

        @Override
        public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
            hub.notifyOthers(
                    board, self, () -> to, (feed, recipients) -> feed.onSignal(from, type, payload, recipients));
        }

        @Override
        public LockLink locks(LockFeed feed) {
            return hub.locks().follow(board, self, loop, feed);
        }

        @Override
        public CompletionStage<List<Inconsistency>> inspect() {
            // One memory: there is no copy that could differ.
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {
            hub.unfollow(board, self);
            hub.locks().unfollow(board, self);
        }
    }
}
