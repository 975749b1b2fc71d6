package presence.cluster.memory;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import presence.board.spi.BoardFeed;
import presence.board.spi.ModerationBus;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.SegmentDelta;

/** Shared state of {@link InMemoryBus}es in place of Redis: segments and followers by board. Thread-safe. */
public final class InMemoryHub {
    record Follower(Origin self, EventLoop loop, BoardFeed feed) {}

    private static final class StoredBoard {
        final Map<Origin, StoredSegment> segments = new HashMap<>();
        final Map<Origin, Follower> followers = new LinkedHashMap<>();
        final Map<Origin, Integer> observers = new HashMap<>(0);
    }

    private static final class StoredSegment {
        final Map<MemberId, Member> members = new LinkedHashMap<>();
        long seq;
    }

    private final Map<BoardId, StoredBoard> boards = new HashMap<>();
    private final InMemoryUsers users = new InMemoryUsers();
    private final InMemoryLocks locks = new InMemoryLocks();
    private final Map<Origin, ModerationBus.Listener> listeners = new HashMap<>();
    private long seq;

    synchronized void listen(Origin node, ModerationBus.Listener listener) {
        listener.onBans(
                List.of(),
                listeners.values().stream()
                        .flatMap(other -> other.knownBans().stream())
                        .toList());
        listeners.put(node, listener);
    }

    synchronized Map<Origin, ModerationBus.Listener> listeners() {
        return Map.copyOf(listeners);
    }

    InMemoryUsers users() {
        return users;
    }

    InMemoryLocks locks() {
        return locks;
    }

    /** The boards with at least one member. */
    synchronized Set<BoardId> occupied() {
        Set<BoardId> occupied = new HashSet<>();
        boards.forEach((id, board) -> {
            if (board.segments.values().stream().anyMatch(segment -> !segment.members.isEmpty())) {
                occupied.add(id);
            }
        });
        return occupied;
    }

    synchronized List<Member> members(BoardId id) {
        Roster roster = new Roster();
        StoredBoard board = boards.get(id);
        if (board != null) {
            board.segments.forEach((owner, segment) -> roster.replace(owner, segment.seq, segment.members.values()));
        }
        return List.copyOf(roster.members());
    }

    synchronized int observers(BoardId id) {
        StoredBoard board = boards.get(id);
        return board == null
                ? 0
                : board.observers.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized void observers(BoardId id, Origin owner, int count) {
        StoredBoard board = boards.computeIfAbsent(id, key -> new StoredBoard());
        board.observers.put(owner, count);
        notifyOthers(board, owner, feed -> feed.onObservers(owner.node(), count));
    }

    synchronized void follow(BoardId id, Follower follower) {
        StoredBoard board = boards.computeIfAbsent(id, key -> new StoredBoard());
        board.followers.put(follower.self, follower);
        Set<Origin> owners = new HashSet<>(board.segments.keySet());
        owners.remove(follower.self);
        for (Origin owner : owners) {
            StoredSegment segment = board.segments.get(owner);
            if (segment != null) {
                long at = segment.seq;
                List<Member> members = List.copyOf(segment.members.values());
                follower.loop.execute(() -> follower.feed.onSegment(owner, at, members));
            }
        }
        Map<NodeId, Integer> observers = new HashMap<>();
        board.observers.forEach((owner, count) -> observers.put(owner.node(), count));
        follower.loop.execute(() -> follower.feed.onObservers(observers));
        follower.loop.execute(follower.feed::onSynced);
        notifyOthers(board, follower.self, BoardFeed::onHello);
    }

    synchronized void publish(BoardId id, Origin owner, SegmentDelta delta) {
        StoredBoard board = boards.computeIfAbsent(id, key -> new StoredBoard());
        StoredSegment segment = board.segments.computeIfAbsent(owner, key -> new StoredSegment());
        long prev = segment.seq;
        segment.seq = ++seq;
        delta.departed().keySet().forEach(segment.members::remove);
        delta.upserted().forEach(member -> segment.members.put(member.id(), member));
        long next = segment.seq;
        notifyOthers(board, owner, feed -> feed.onDelta(owner, prev, next, delta));
    }

    /** Notifies all followers but the sender, with a copy of the content. */
    synchronized <T> void notifyOthers(BoardId id, Origin sender, Supplier<T> copy, BiConsumer<BoardFeed, T> event) {
        StoredBoard board = boards.get(id);
        if (board != null && board.followers.size() > (board.followers.containsKey(sender) ? 1 : 0)) {
            T copied = copy.get();
            notifyOthers(board, sender, feed -> event.accept(feed, copied));
        }
    }

    synchronized void unfollow(BoardId id, Origin self) {
        StoredBoard board = boards.get(id);
        if (board == null) {
            return;
        }
        board.followers.remove(self);
        if (board.observers.remove(self) != null) {
            notifyOthers(board, self, feed -> feed.onObservers(self.node(), 0));
        }
        if (board.segments.remove(self) != null) {
            notifyOthers(board, self, feed -> feed.onOwnerGone(self, LeaveReason.LEFT));
        }
        if (board.followers.isEmpty() && board.segments.isEmpty()) {
            boards.remove(id);
        }
    }

    synchronized void drop(NodeId node) {
        users.drop(node);
        locks.drop(node);
        listeners.keySet().removeIf(origin -> origin.node().equals(node));
        boards.values().forEach(board -> {
            board.followers.keySet().removeIf(origin -> origin.node().equals(node));
            board.segments.keySet().removeIf(origin -> origin.node().equals(node));
            board.observers.keySet().removeIf(origin -> origin.node().equals(node));
            board.followers
                    .values()
                    .forEach(follower -> follower.loop.execute(() -> {
                        follower.feed.onNodeGone(node);
                        follower.feed.onObservers(node, 0);
                    }));
        });
        boards.values().removeIf(board -> board.followers.isEmpty() && board.segments.isEmpty());
    }

    private static void notifyOthers(StoredBoard board, Origin sender, Consumer<BoardFeed> event) {
        for (Follower follower : board.followers.values()) {
            if (!follower.self.equals(sender)) {
                follower.loop.execute(() -> event.accept(follower.feed));
            }
        }
    }
}
