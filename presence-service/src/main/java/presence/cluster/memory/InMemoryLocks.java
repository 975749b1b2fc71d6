package presence.cluster.memory;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import presence.lock.Lock;
import presence.lock.LockAnswer;
import presence.lock.LockFeed;
import presence.lock.LockLedger;
import presence.lock.LockLimits;
import presence.lock.LockLink;
import presence.lock.LockRequest;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;

/**
 * The locks of all boards in one process. Nodes other than the caller hear of a change as they would from Redis: by a task
 * on their board's loop. Thread-safe.
 */
final class InMemoryLocks {
    private record Follower(EventLoop loop, LockFeed feed) {}

    private static final class BoardLocks {
        final LockLedger ledger = new LockLedger();
        final Map<Origin, Follower> followers = new LinkedHashMap<>();
    }

    private final Map<BoardId, BoardLocks> boards = new HashMap<>();

    synchronized LockLink follow(BoardId board, Origin self, EventLoop loop, LockFeed feed) {
        boards.computeIfAbsent(board, key -> new BoardLocks()).followers.put(self, new Follower(loop, feed));
        Link link = new Link(board, self, loop, feed);
        loop.execute(link::read);
        return link;
    }

    synchronized void unfollow(BoardId board, Origin self) {
        BoardLocks locks = boards.get(board);
        if (locks != null) {
            locks.followers.remove(self);
            if (locks.followers.isEmpty()) {
                boards.remove(board);
            }
        }
    }

    /** A node has stopped, or is dead. */
    synchronized void drop(NodeId node) {
        boards.values().forEach(locks -> {
            locks.followers.keySet().removeIf(origin -> origin.node().equals(node));
            locks.followers.values().stream().findFirst().ifPresent(any -> {
                locks.ledger.at(nowMs(any.loop), stamp(), 0).reap(new Origin(node, 0), 0);
                List<Lock> all = locks.ledger.all();
                locks.followers.values().forEach(each -> each.loop.execute(() -> each.feed.onLocks(all)));
            });
        });
        boards.values().removeIf(locks -> locks.followers.isEmpty());
    }

    private static long nowMs(EventLoop loop) {
        return TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime());
    }

    private static long stamp() {
        return 1_000 * System.currentTimeMillis();
    }

    private final class Link implements LockLink {
        private final BoardId board;
        private final Origin self;
        private final EventLoop loop;
        private final LockFeed feed;

        Link(BoardId board, Origin self, EventLoop loop, LockFeed feed) {
            this.board = board;
            this.self = self;
            this.loop = loop;
            this.feed = feed;
        }

        /** Applies an operation, tells the others what changed, and this node everything. */
        private <T> T apply(Function<LockLedger, T> operation) {
            T answer;
            List<Lock> all;
            synchronized (InMemoryLocks.this) {
                BoardLocks locks = boards.computeIfAbsent(board, key -> new BoardLocks());
                answer = operation.apply(locks.ledger.at(nowMs(loop), stamp(), feed.fencing()));
                all = locks.ledger.all();
                if (!locks.ledger.changed().isEmpty()) {
                    List<Follower> others = new ArrayList<>();
                    locks.followers.forEach((origin, follower) -> {
                        if (!origin.equals(self)) {
                            others.add(follower);
                        }
                    });
                    others.forEach(other -> other.loop.execute(() -> other.feed.onLocks(all)));
                }
            }
            feed.onLocks(all);
            return answer;
        }

        @Override
        public CompletionStage<LockAnswer> lock(LockRequest request, LockLimits limits) {
            return CompletableFuture.completedFuture(
                    apply(ledger -> ledger.lock(request, self, limits, feed.known(request.name()))));
        }

        @Override
        public void unlock(String name, MemberId member) {
            apply(ledger -> {
                ledger.unlock(name, member);
                return name;
            });
        }

        @Override
        public void release(MemberId member, long staysMs) {
            apply(ledger -> {
                ledger.release(member, staysMs);
                return member;
            });
        }

        @Override
        public void claim(MemberId member) {
            apply(ledger -> {
                ledger.claim(member, self);
                return member;
            });
        }

        @Override
        public CompletionStage<?> read() {
            return CompletableFuture.completedFuture(apply(LockLedger::all));
        }
    }
}
