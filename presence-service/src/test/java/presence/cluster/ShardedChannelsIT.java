package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.redis.RedisClientOptions;
import presence.cluster.redis.RedisKeys;
import presence.cluster.tail.TailEvent;
import presence.config.ServiceConfig;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.Member;
import presence.roster.SegmentDelta;
import presence.testing.client.Resp;
import presence.testing.process.RedisServer;

/** Tests the bus over a Redis Cluster with sharded board channels. */
@Tag("redis")
class ShardedChannelsIT extends OverRedisCluster {
    @BeforeAll
    static void needsThem() {
        RedisServer.assumeShardedChannels("ShardedChannelsIT");
    }

    private final RedisBuses buses =
            new RedisBuses(redis.url(), Map.of("PRESENCE_REDIS_PUBSUB", "sharded", "PRESENCE_TAP", "watched,another"));

    @Override
    ClusterBus newBus() {
        return buses.next();
    }

    private static void join(BoardLink link, RecordingFeed feed, String name) {
        Member member = member(name, 1);
        feed.putLocally(member);
        link.publish(new SegmentDelta(List.of(member), Map.of()));
        CursorColumns moved = new CursorColumns();
        moved.add(1, 7, 8, false, 0);
        link.cursors(1, moved);
        link.signal(member.id(), "wave", new byte[0], List.of());
    }

    @Test
    void messagesOfATappedBoardAreMirroredOnItsTapChannel() {
        Queue<String> received = new ConcurrentLinkedQueue<>();
        EventLoop loop = new DefaultEventLoop();
        RedisClient operator = RedisClient.create(redis.replica().operatorUrl());
        try (ClusterBus bus = newBus();
                StatefulRedisPubSubConnection<String, byte[]> listening =
                        operator.connectPubSub(RedisClientOptions.CODEC)) {
            RedisKeys names = new RedisKeys(buses.prefix);
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String pattern, String channel, byte[] message) {
                    received.add(channel.substring(buses.prefix.length()) + " "
                            + TailEvent.read(names, Instant.now(), channel, message)
                                    .kind());
                }
            });
            listening.sync().psubscribe(buses.prefix + ":*");
            for (String board : List.of("watched", "private")) {
                RecordingFeed feed = new RecordingFeed(bus.node());
                loop.submit(() -> {
                            BoardLink link = bus.link(new BoardId(board), loop);
                            link.follow(feed);
                            join(link, feed, "Ada");
                        })
                        .syncUninterruptibly();
                await().until(() -> feed.synced() > 0);
            }
            await().untilAsserted(() -> assertThat(received)
                    .contains(
                            ":tap:watched delta", ":tap:watched cursors", ":tap:watched signal", ":tap:watched hello"));
            assertThat(received)
                    .noneMatch(line -> line.startsWith(":board:"))
                    .noneMatch(line -> line.startsWith(":tap:private"));
        } finally {
            operator.shutdown();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void theDocumentedUserMayDoEverything() {
        redis.forgetRefused();
        Side one = new Side().follow();
        Side two = new Side().follow();
        one.join("Ada");
        two.awaitNames("Ada");
        assertThat(redis.refused()).isEmpty();
    }

    @Test
    void theDoctorFindsNothingWrong() throws Exception {
        List<Finding> findings = new ArrayList<>();
        new Doctor(ServiceConfig.from(Map.of("REDIS_URL", redis.url())).redis(), findings::add).examine();
        assertThat(findings).isNotEmpty().noneMatch(finding -> finding.status() == Finding.Status.FAIL);
    }

    /** Each acknowledgement causes a read of the board, so none may be needless. */
    @Test
    void channelsAreNotAskedForAgainWithoutNeed() {
        Side one = new Side().follow();
        AtomicInteger reads = new AtomicInteger();
        // Longer than the interval between two topology refreshes.
        await().during(Duration.ofSeconds(11))
                .atMost(Duration.ofSeconds(30))
                .until(() -> reads.getAndSet(one.feed.synced()) == one.feed.synced());
    }

    @Test
    void aMessageGoesToTheServersOfItsBoardAlone() {
        Side one = new Side().follow();
        await().until(() -> one.feed.synced() > 0);
        String channel = new RedisKeys(buses.prefix).boardChannel(one.board());
        assertThat(redis.operator("PUBSUB", "SHARDNUMSUB", channel)).containsExactly(channel, "1");
        assertThat(redis.operator("PUBSUB", "NUMSUB", channel)).containsExactly(channel, "0");
        assertThat(Resp.ask(redis.masterOf("{" + channel + "}").port(), "PUBSUB", "SHARDNUMSUB", channel))
                .containsExactly(channel, "1");
    }
}
