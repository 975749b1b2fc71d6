package presence.board;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import presence.roster.SegmentDelta;

/** A bus that reads the other nodes' segments on demand. */
final class LateBus implements ClusterBus {
    private final ClusterBus bus;
    private final List<Runnable> unread = new ArrayList<>();

    LateBus(ClusterBus bus) {
        this.bus = bus;
    }

    void read() {
        unread.forEach(Runnable::run);
        unread.clear();
    }

    @Override
    public NodeId node() {
        return bus.node();
    }

    @Override
    public ClusterDirectory directory() {
        return bus.directory();
    }

    @Override
    public ModerationBus moderation() {
        return bus.moderation();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        BoardLink link = bus.link(board, loop);
        return new BoardLink() {
            @Override
            public void follow(BoardFeed feed) {
                unread.add(() -> link.follow(feed));
            }

            @Override
            public void publish(SegmentDelta delta) {
                link.publish(delta);
            }

            @Override
            public void cursors(long tick, CursorColumns moved) {
                link.cursors(tick, moved);
            }

            @Override
            public void reactions(Map<String, Integer> sums) {
                link.reactions(sums);
            }

            @Override
            public LockLink locks(LockFeed feed) {
                return link.locks(feed);
            }

            @Override
            public void observers(int count) {
                link.observers(count);
            }

            @Override
            public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
                link.signal(from, type, payload, to);
            }

            @Override
            public CompletionStage<List<Inconsistency>> inspect() {
                return link.inspect();
            }

            @Override
            public void close() {
                link.close();
            }
        };
    }

    @Override
    public void close() {
        bus.close();
    }
}
