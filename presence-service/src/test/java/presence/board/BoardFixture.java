package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import presence.board.spi.BoardFeed;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.board.spi.ModerationBus;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.lock.LockFeed;
import presence.lock.LockLimits;
import presence.lock.LockLink;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Profile;
import presence.roster.SegmentDelta;
import presence.testing.FailingAllocator;
import presence.wire.ClientEvent;
import presence.wire.WireLimits;

/**
 * Boards on event loops that run tasks on demand, in order, with a manual clock. What boards publish to other nodes is
 * recorded; updates of other nodes are injected with {@link #receive}.
 */
final class BoardFixture implements ClusterBus {
    static final long TICK_MS = 33;
    static final long OBSERVER_TICK_MS = 100;
    static final int VIEWPORT_THRESHOLD = 4;
    static final long ROSTER_TICK_MS = 50;
    static final long REST_MS = 60_000;
    static final long LINGER_MS = 30_000;
    static final int CHANGE_BYTES = 128 * 1_024;
    static final int SIGNAL_BYTES = 64 * 1_024;
    static final long MEMORY = 1 << 20;

    private final ClusterBus alone = new InMemoryBus(People.HERE.node(), new InMemoryHub());
    final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    final ClientMemory memory;
    final ConnectionManager boards;
    final List<SegmentDelta> published = new ArrayList<>();
    final List<CursorColumns> publishedCursors = new ArrayList<>();
    final List<String> publishedSignals = new ArrayList<>();
    final List<Map<String, Integer>> publishedReactions = new ArrayList<>();
    final List<String> links = new ArrayList<>();
    final List<Watcher> watchers = new ArrayList<>();

    private final List<EmbeddedChannel> loops = new ArrayList<>();
    private final ByteBufAllocator allocator;
    private EventLoop boardLoop;
    private BoardFeed feed;
    private long nowMs = 5_000_000;

    BoardFixture() {
        this(1, 100);
    }

    BoardFixture(int loopCount, int maxMembers) {
        this(loopCount, maxMembers, new UnpooledByteBufAllocator(false, true));
    }

    /** Creates a fixture whose memory can be made scarce. */
    BoardFixture(int loopCount) {
        this(loopCount, 100, new FailingAllocator(Integer.MAX_VALUE));
    }

    private BoardFixture(int loopCount, int maxMembers, ByteBufAllocator allocator) {
        this(loopCount, maxMembers, 1_000, allocator);
    }

    /** Creates a node with a limit of boards. */
    static BoardFixture withBoards(int maxBoards) {
        return new BoardFixture(1, 100, maxBoards, new UnpooledByteBufAllocator(false, true));
    }

    private BoardFixture(int loopCount, int maxMembers, int maxBoards, ByteBufAllocator allocator) {
        this.allocator = allocator;
        for (int i = 0; i < loopCount; i++) {
            EmbeddedChannel loop = new EmbeddedChannel();
            loop.freezeTime();
            loops.add(loop);
        }
        memory = new ClientMemory(metrics, MEMORY, () -> nowMs);
        BoardSettings settings = new BoardSettings(
                TICK_MS,
                3 * TICK_MS,
                OBSERVER_TICK_MS,
                VIEWPORT_THRESHOLD,
                ROSTER_TICK_MS,
                LINGER_MS,
                REST_MS,
                0,
                maxMembers,
                maxBoards,
                new BoardSettings.PerUser(0, 0),
                CHANGE_BYTES,
                SIGNAL_BYTES,
                WireLimits.DEFAULT,
                LockLimits.DEFAULT);
        boards = new ConnectionManager(
                loops.stream().map(EmbeddedChannel::eventLoop).toList(),
                allocator,
                settings,
                this,
                metrics,
                memory,
                () -> nowMs);
    }

    FailingAllocator scarcity() {
        return (FailingAllocator) allocator;
    }

    int loopCount() {
        return loops.size();
    }

    /** Creates a connection on one of the loops that has not joined yet. */
    Watcher watcher(String name, int loop) {
        return new Watcher(name, loops.get(loop).eventLoop());
    }

    Watcher join(String name) {
        return join(watcher(name, 0), Map.of(), false);
    }

    Watcher observe(String name) {
        return join(watcher(name, 0), Map.of(), true);
    }

    Watcher join(Watcher watcher, Map<String, byte[]> state, boolean observer) {
        watcher.seat = boards.join(People.join(watcher.name, state, observer), watcher, Profile.EMPTY);
        watcher.rostersToCome++;
        watchers.add(watcher);
        return watcher;
    }

    /** Joins with the roster in parts, as the member of a key if that is not empty. */
    Watcher joinInParts(Watcher watcher, boolean observer, byte[] resumeKey, int rosterLimit) {
        ClientEvent.Join join = People.joinInParts(watcher.name, observer, resumeKey, rosterLimit);
        watcher.seat = boards.join(join, watcher, Profile.EMPTY);
        watcher.rostersToCome++;
        watchers.add(watcher);
        return watcher;
    }

    /** Does the same for a client that is on the board in the other role. */
    void exchangeInParts(Watcher watcher, int rosterLimit) {
        Seat former = watcher.seat;
        ClientEvent.Join join = People.joinInParts(watcher.name, !former.isObserver(), new byte[0], rosterLimit);
        watcher.seat = boards.join(join, watcher, Profile.EMPTY, null, former);
        watcher.rostersToCome++;
    }

    /** Makes a member an observer, or an observer a member, on its connection. */
    void exchange(Watcher watcher) {
        Seat former = watcher.seat;
        ClientEvent.Join join = People.join(watcher.name, Map.of(), !former.isObserver());
        watcher.seat = boards.join(join, watcher, Profile.EMPTY, null, former);
        watcher.rostersToCome++;
    }

    /** Joins and lets the roster tick pass. */
    Watcher joined(String name) {
        Watcher watcher = join(name);
        settle();
        return watcher;
    }

    void leave(Watcher watcher) {
        Seat former = watcher.seat.fallback();
        watcher.seat.leave(LeaveReason.LEFT);
        if (former != null) {
            former.leave(LeaveReason.LEFT);
        }
        watchers.remove(watcher);
    }

    void move(Watcher watcher, int x, int y) {
        watcher.seat.move(People.at(x, y), nowMs);
    }

    void signal(Watcher watcher, String type, Integer... to) {
        watcher.seat.signal(new ClientEvent.Signal(ClientEvent.NO_REQUEST_ID, 0, type, new byte[] {1}, List.of(to)));
    }

    /** Delivers an update of another node on the board's loop. */
    void receive(Consumer<BoardFeed> update) {
        boardLoop.execute(() -> update.accept(feed));
    }

    /** Runs one loop until it has no task that is due. */
    void run(int loop) {
        loops.get(loop).runPendingTasks();
        loops.get(loop).checkException();
    }

    /** Runs all loops until none has a task that is due. */
    void run() {
        // A task of one loop may submit one to another: a few rounds cover the longest chain.
        for (int round = 0; round < 6; round++) {
            for (int loop = 0; loop < loops.size(); loop++) {
                run(loop);
            }
        }
    }

    void pass(long ms) {
        nowMs += ms;
        loops.forEach(loop -> loop.advanceTimeBy(ms, TimeUnit.MILLISECONDS));
    }

    long nowMs() {
        return nowMs;
    }

    /** Lets every due tick run and all its frames arrive. */
    void settle() {
        for (int i = 0; i < 4; i++) {
            run();
            pass(ROSTER_TICK_MS);
        }
        run();
    }

    /** Asserts that every frame could be applied, no frame waits for a flush, and every buffer was released. */
    void assertInOrder() {
        for (Watcher watcher : watchers) {
            assertThat(watcher.complaints).as("complaints of " + watcher).isEmpty();
            assertThat(watcher.unflushed)
                    .as("frames of " + watcher + " that wait for a flush")
                    .isFalse();
        }
        ByteBufAllocatorMetric memory = ((ByteBufAllocatorMetricProvider) allocator).metric();
        assertThat(memory.usedDirectMemory() + memory.usedHeapMemory())
                .as("bytes of unreleased frames")
                .isZero();
    }

    // ---- the other nodes ----

    @Override
    public NodeId node() {
        return People.HERE.node();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        boardLoop = loop;
        return new BoardLink() {
            @Override
            public void follow(BoardFeed listener) {
                feed = listener;
                links.add("follow " + board);
                loop.execute(listener::onSynced);
            }

            @Override
            public void publish(SegmentDelta delta) {
                published.add(delta);
            }

            @Override
            public void cursors(long tick, CursorColumns moved) {
                publishedCursors.add(moved.copy());
            }

            @Override
            public void observers(int count) {
                // The tests over a cluster look at these.
            }

            @Override
            public void reactions(Map<String, Integer> sums) {
                publishedReactions.add(sums);
            }

            @Override
            public LockLink locks(LockFeed listener) {
                return alone.link(board, loop).locks(listener);
            }

            @Override
            public void signal(MemberId from, String type, byte[] payload, List<MemberId> to) {
                publishedSignals.add(type + " to " + to);
            }

            @Override
            public CompletionStage<List<Inconsistency>> inspect() {
                return CompletableFuture.completedFuture(List.of());
            }

            @Override
            public void close() {
                links.add("close " + board);
            }
        };
    }

    @Override
    public ClusterDirectory directory() {
        return alone.directory();
    }

    @Override
    public ModerationBus moderation() {
        return alone.moderation();
    }

    @Override
    public void close() {
        loops.forEach(EmbeddedChannel::close);
    }
}
