package presence.board;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ClusterBus;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.lock.LockLimits;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.NodeId;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;
import presence.wire.WireLimits;

/**
 * Nodes without sockets, threads or a clock of their own: each runs on demand, in the order the test wants, and the
 * test advances the time.
 */
final class FakeCluster {
    static final BoardId BOARD = new BoardId("b");
    static final long GRACE_MS = 10_000;
    static final long ROSTER_TICK_MS = 50;
    /** For one user with a token. */
    static final int USER_BOARD_MEMBERS = 4;

    static final int USER_NODE_MEMBERS = 6;
    private static final long STEP_MS = 10;
    private static final byte[] NONE = {};

    /** A join under the name Ada. */
    static ClientEvent.Join joinOf(BoardId board, byte[] key, byte[] newKey, long afterVersion) {
        Profile ada = new Profile("", "Ada", "", "", "");
        return new ClientEvent.Join(
                ClientEvent.NO_REQUEST_ID,
                board,
                ada,
                Status.ACTIVE,
                Map.of(),
                key,
                false,
                newKey,
                afterVersion,
                false);
    }

    /** One node; a later one is the greater origin. */
    final class Node {
        final EmbeddedChannel loop = new EmbeddedChannel();
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final ServiceMetrics metrics = new ServiceMetrics(meters);
        final ClusterBus bus;
        final ConnectionManager boards;

        Node(ClusterBus bus, long graceMs, int maxMembers) {
            loop.freezeTime();
            this.bus = bus;
            boards = new ConnectionManager(
                    List.of(loop.eventLoop()),
                    UnpooledByteBufAllocator.DEFAULT,
                    new BoardSettings(
                            33,
                            100,
                            100,
                            64,
                            ROSTER_TICK_MS,
                            0,
                            60_000,
                            graceMs,
                            maxMembers,
                            1_000,
                            new BoardSettings.PerUser(USER_BOARD_MEMBERS, USER_NODE_MEMBERS),
                            128 * 1_024,
                            0,
                            new WireLimits(65_536, 128, 4_096, 32, 16_384, 16),
                            new LockLimits(4, 6, 2, 60_000, 6_000)),
                    bus,
                    metrics,
                    new ClientMemory(metrics, Long.MAX_VALUE, () -> nowMs),
                    () -> nowMs);
        }

        FakeClient join(String name) {
            return enter(new Profile("", name, "", "", ""), Status.ACTIVE, Map.of(), new byte[0], false);
        }

        FakeClient observe() {
            return enter(null, Status.ACTIVE, Map.of(), new byte[0], true);
        }

        FakeClient observe(Profile granted) {
            return enterAs(granted, null, Status.ACTIVE, Map.of(), new byte[0], true);
        }

        FakeClient resume(byte[] key) {
            return enter(null, Status.ACTIVE, Map.of(), key, false);
        }

        FakeClient enter(
                @Nullable Profile profile, Status status, Map<String, byte[]> state, byte[] key, boolean observer) {
            return enterAs(Profile.EMPTY, profile, status, state, key, observer);
        }

        /** Joins as the user that {@code granted} names, by a token. */
        FakeClient enterAs(Profile granted, byte[] key) {
            return enterAs(granted, null, Status.ACTIVE, Map.of(), key, false);
        }

        /** Joins as the user that {@code granted} names, on another board than the others. */
        FakeClient enterAs(Profile granted, BoardId board) {
            return enterAs(granted, joinOf(board, NONE, NONE, 0));
        }

        /** Joins, or observes, and asks for the board's counts. */
        FakeClient enterCounting(String user, boolean observer) {
            Profile profile = new Profile(user, user, "", "", "");
            return enterAs(
                    Profile.EMPTY,
                    new ClientEvent.Join(
                            ClientEvent.NO_REQUEST_ID,
                            BOARD,
                            profile,
                            Status.ACTIVE,
                            Map.of(),
                            NONE,
                            observer,
                            NONE,
                            0,
                            true));
        }

        private FakeClient enterAs(
                Profile granted,
                @Nullable Profile profile,
                Status status,
                Map<String, byte[]> state,
                byte[] key,
                boolean observer) {
            return enterAs(
                    granted,
                    new ClientEvent.Join(
                            ClientEvent.NO_REQUEST_ID, BOARD, profile, status, state, key, observer, NONE, 0, false));
        }

        /** Joins with bytes that the client chose, so that the join can be sent again. */
        FakeClient enterWith(byte[] newKey, long afterVersion) {
            return enterAs(Profile.EMPTY, joinOf(BOARD, NONE, newKey, afterVersion));
        }

        /** Resumes a member whose version the client knows. */
        FakeClient resume(byte[] key, long afterVersion) {
            return enterAs(Profile.EMPTY, joinOf(BOARD, key, NONE, afterVersion));
        }

        /** Joins, and asks for the board's locks. */
        FakeClient enterLocking(String name) {
            return enterLocking(name, NONE);
        }

        /** @param key empty for a new member */
        FakeClient enterLocking(String name, byte[] key) {
            return enterAs(
                    Profile.EMPTY,
                    new ClientEvent.Join(
                            ClientEvent.NO_REQUEST_ID,
                            BOARD,
                            new Profile("", name, "", "", ""),
                            Status.ACTIVE,
                            Map.of(),
                            key,
                            false,
                            NONE,
                            0,
                            false,
                            false,
                            0,
                            true));
        }

        /** Observes, and asks for the board's reactions. */
        FakeClient enterReacting() {
            return enterAs(
                    Profile.EMPTY,
                    new ClientEvent.Join(
                            ClientEvent.NO_REQUEST_ID,
                            BOARD,
                            null,
                            Status.ACTIVE,
                            Map.of(),
                            NONE,
                            true,
                            NONE,
                            0,
                            false,
                            true));
        }

        /** Makes a member an observer, or an observer a member, on its connection; it asks for counts. */
        void exchange(FakeClient client, String name) {
            Seat former = client.seat;
            ClientEvent.Join join = new ClientEvent.Join(
                    ClientEvent.NO_REQUEST_ID,
                    BOARD,
                    new Profile(name, name, "", "", ""),
                    Status.ACTIVE,
                    Map.of(),
                    NONE,
                    !former.isObserver(),
                    NONE,
                    0,
                    true);
            client.seat = boards.join(join, client, former.granted, null, former);
        }

        FakeClient enterAs(Profile granted, ClientEvent.Join join) {
            FakeClient client = new FakeClient(loop.eventLoop());
            Profile said = join.profile();
            boolean stamped = said != null && !granted.userId().isEmpty();
            client.seat = boards.join(stamped ? join.withProfile(said.overriddenBy(granted)) : join, client, granted);
            return client;
        }

        void work() {
            loop.runPendingTasks();
        }

        double count(String meter, String... tags) {
            return meters.get(meter).tags(tags).counter().count();
        }
    }

    final List<Node> nodes = new ArrayList<>();
    private final InMemoryHub hub = new InMemoryHub();
    private final Random order;
    long nowMs = 1_000_000;

    FakeCluster() {
        this(new Random(1));
    }

    FakeCluster(Random order) {
        this.order = order;
    }

    Node newNode() {
        return newNode(GRACE_MS);
    }

    Node newNode(long graceMs) {
        return newNode(graceMs, 1_000);
    }

    Node newNode(long graceMs, int maxMembers) {
        return newNode(newBus(), graceMs, maxMembers);
    }

    ClusterBus newBus() {
        return new InMemoryBus(new NodeId(new UUID(0, nodes.size() + 1)), hub);
    }

    Node newNode(ClusterBus bus, long graceMs, int maxMembers) {
        Node node = new Node(bus, graceMs, maxMembers);
        nodes.add(node);
        return node;
    }

    /** Advances the time; all nodes run their due tasks in random order. */
    void pass(long ms) {
        for (long passed = 0; passed < ms; passed += STEP_MS) {
            nowMs += STEP_MS;
            nodes.forEach(node -> node.loop.advanceTimeBy(STEP_MS, TimeUnit.MILLISECONDS));
            List<Node> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, order);
            shuffled.forEach(Node::work);
        }
    }

    /** Advances long enough for everything in flight to arrive. */
    void settle() {
        pass(4 * ROSTER_TICK_MS);
    }
}
