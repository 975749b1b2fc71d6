package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.model.BoardId;
import presence.model.Member;
import presence.roster.SegmentDelta;
import presence.testing.process.RedisServer;

/** What a node does that hears nothing of Redis for longer than a lease. */
@Tag("redis")
class IsolatedNodeIT {
    private static final Duration ISOLATED = Duration.ofSeconds(20);
    private static final String BOARD = "b";

    private final RedisServer redis = RedisServer.start();
    private final EventLoop loop = new DefaultEventLoop();
    private final RedisBuses buses =
            new RedisBuses(redis.url(), Map.of("PRESENCE_NODE_HEARTBEAT_MS", "500", "PRESENCE_NODE_LEASE_MS", "2000"));
    private final List<RedisBus> opened = new ArrayList<>();

    /** A node with a board. */
    private final class Node {
        final RedisBus bus = buses.next();
        final RecordingFeed feed = new RecordingFeed(bus.node());

        Node() {
            opened.add(bus);
        }

        BoardLink follow(String board) {
            return loop.submit(() -> {
                        BoardLink link = bus.link(new BoardId(board), loop);
                        link.follow(feed);
                        return link;
                    })
                    .syncUninterruptibly()
                    .getNow();
        }

        /** Follows the board, with one member of its own. */
        void join(String name) {
            BoardLink link = follow(BOARD);
            Member member = ClusterBusContract.member(name, 1);
            loop.submit(() -> {
                        feed.putLocally(member);
                        link.publish(new SegmentDelta(List.of(member), Map.of()));
                    })
                    .syncUninterruptibly();
        }

        boolean shows(String... names) {
            return feed.names().equals(new TreeSet<>(List.of(names)));
        }
    }

    @AfterEach
    void stop() {
        redis.close();
        opened.forEach(RedisBus::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aBoardOpenedWithoutRedisIsSyncedOnceTheNodeIsIsolated() {
        Node node = new Node();
        redis.kill();
        await().until(() -> !node.bus.health().subscriber());
        node.follow("opened-before");
        await().atMost(ISOLATED).until(() -> node.feed.synced() > 0);
        assertThat(node.bus.health().hears()).isFalse();

        int before = node.feed.synced();
        node.follow("opened-while-isolated");
        await().until(() -> node.feed.synced() > before);
    }

    /**
     * The bound of what local clients see: without pub/sub a node cannot know for longer than a lease who is still
     * there, though Redis answers its commands. It hides remote members and shows the same ones again afterwards.
     */
    @Test
    void withoutPubSubForALeaseRemoteMembersAreHiddenAndComeBackAndNoNodeIsDeclaredDead() {
        Node one = new Node();
        Node two = new Node();
        one.join("Ada");
        two.join("Bob");
        await().until(() -> one.shows("Ada", "Bob") && two.shows("Ada", "Bob"));
        RedisClient client = RedisClient.create(redis.operatorUrl());
        try {
            RedisCommands<String, String> operator = client.connect().sync();
            forbidSubscribing(operator, true);
            await().atMost(ISOLATED)
                    .until(() -> !one.bus.health().hears() && !two.bus.health().hears());
            await().until(() -> one.shows("Ada") && two.shows("Bob"));
            assertThat(one.bus.health().commands()).as("Redis answers").isTrue();
            forbidSubscribing(operator, false);
            await().atMost(ISOLATED).until(() -> one.shows("Ada", "Bob") && two.shows("Ada", "Bob"));
            assertThat(operator.keys(buses.prefix + ":seg:*"))
                    .as("segments of first incarnations")
                    .hasSize(2)
                    .allMatch(key -> key.endsWith(":0"));
        } finally {
            client.shutdown();
        }
    }

    /** A connection for subscriptions that is replaced in time is not noticed by local clients. */
    @Test
    void pubSubThatIsBackWithinALeaseHidesNoMember() {
        Node one = new Node();
        Node two = new Node();
        one.join("Ada");
        two.join("Bob");
        await().until(() -> one.shows("Ada", "Bob") && two.shows("Ada", "Bob"));
        RedisClient client = RedisClient.create(redis.operatorUrl());
        try {
            RedisCommands<String, String> operator = client.connect().sync();
            int before = one.feed.synced();
            operator.clientKill(KillArgs.Builder.typePubsub());
            await().until(() -> one.feed.synced() > before);
            assertThat(one.feed.missed()).isEmpty();
            assertThat(one.shows("Ada", "Bob")).isTrue();
            assertThat(one.bus.health().hears()).isTrue();
        } finally {
            client.shutdown();
        }
    }

    /** Forbids the nodes to subscribe, and ends their subscriptions; everything else goes on. */
    private static void forbidSubscribing(RedisCommands<String, String> operator, boolean forbidden) {
        operator.dispatch(
                CommandType.ACL,
                new StatusOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8)
                        .add("SETUSER")
                        .add("presence")
                        .add(forbidden ? "-subscribe" : "+subscribe"));
        operator.clientKill(KillArgs.Builder.typePubsub());
    }
}
