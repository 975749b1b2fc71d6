package presence.watch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import presence.board.BoardSettings;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.lock.LockLimits;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.NodeId;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;
import presence.wire.WireLimits;

/** Two nodes on one event loop with a manual clock: clients watch at the first, members join at either. */
final class WatchFixture implements AutoCloseable {
    private static final long STEP_MS = 10;

    /** One node. */
    final class Node {
        final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
        final ClientMemory memory = new ClientMemory(metrics, Long.MAX_VALUE, () -> nowMs);
        final InMemoryBus bus = new InMemoryBus(NodeId.random(), hub);
        final ConnectionManager boards = new ConnectionManager(
                List.of(loop.eventLoop()),
                allocator,
                new BoardSettings(
                        33,
                        100,
                        100,
                        64,
                        50,
                        0,
                        60_000,
                        0,
                        10_000,
                        100_000,
                        new BoardSettings.PerUser(0, 0),
                        128 * 1_024,
                        0,
                        WireLimits.DEFAULT,
                        LockLimits.DEFAULT),
                bus,
                metrics,
                memory,
                () -> nowMs);
        private final Map<String, Seat> seats = new HashMap<>();

        void join(String board, String name, String avatarUrl) {
            ClientEvent.Join join = new ClientEvent.Join(
                    ClientEvent.NO_REQUEST_ID,
                    new BoardId(board),
                    new Profile("user-" + name, name, "#123456", avatarUrl, "phone"),
                    Status.ACTIVE,
                    Map.of(),
                    new byte[0],
                    false,
                    new byte[0],
                    0,
                    false);
            seats.put(board + name, boards.join(join, new FakeWatcher(loop.eventLoop()), Profile.EMPTY));
        }

        void join(String board, String name) {
            join(board, name, "");
        }

        void leave(String board, String name) {
            seats.remove(board + name).leave(LeaveReason.LEFT);
        }
    }

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final InMemoryHub hub = new InMemoryHub();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private long nowMs = 1_000_000;
    final Node here = new Node();
    final Node there = new Node();
    final WatchedBoards watched;
    private final WatchFeed feed;

    WatchFixture(WatchSettings settings) {
        loop.freezeTime();
        watched = new WatchedBoards(
                loop.eventLoop(), settings, here.boards, here.bus.directory(), here.metrics, () -> nowMs);
        feed = new WatchFeed(loop.eventLoop(), watched, allocator, here.memory);
    }

    FakeWatcher watcher() {
        return new FakeWatcher(loop.eventLoop());
    }

    BoardWatch watch(FakeWatcher client, int avatars, String... boards) {
        BoardWatch watch = feed.newWatch(client);
        watch(watch, avatars, boards);
        return watch;
    }

    void watch(BoardWatch watch, int avatars, String... boards) {
        watch.watch(List.of(boards).stream().map(BoardId::new).toList(), avatars, board -> true);
        run();
    }

    /** The boards read from the store so far. */
    long reads() {
        return (long) here.metrics.watchReads.count();
    }

    void pass(long ms) {
        for (long passed = 0; passed < ms; passed += STEP_MS) {
            nowMs += STEP_MS;
            loop.advanceTimeBy(STEP_MS, TimeUnit.MILLISECONDS);
            run();
        }
    }

    void run() {
        loop.runPendingTasks();
        loop.runScheduledPendingTasks();
        loop.checkException();
    }

    @Override
    public void close() {
        loop.close();
    }
}
