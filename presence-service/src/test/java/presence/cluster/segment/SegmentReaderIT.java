package presence.cluster.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import presence.cluster.ClusterBusContract;
import presence.cluster.RecordingFeed;
import presence.cluster.RedisBuses;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.node.LeaseStore;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.pubsub.RedisSubscriber;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ThrottledLog;
import presence.config.RedisConfig;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.SegmentDelta;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

@WithRedis
class SegmentReaderIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final BoardId BOARD = new BoardId("board");
    private static final byte[] NO_ENVELOPE = {};

    private final EventLoop loop = new DefaultEventLoop();
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private final RedisConnections redis;
    private final RedisSubscriber subscriber;
    private final SegmentStore store;
    private final RecordingFeed feed = new RecordingFeed(NodeId.random());
    private final SegmentReader reader;
    private final List<Origin> missing = new CopyOnWriteArrayList<>();
    private final List<Origin> behind = new CopyOnWriteArrayList<>();
    private final SegmentReader.GapHandler gaps = new SegmentReader.GapHandler() {
        @Override
        public void onMissing(Origin owner) {
            missing.add(owner);
        }

        @Override
        public void onBehind(Origin owner) {
            behind.add(owner);
        }

        @Override
        public void onRefused() {
            assertThat(refuses).isTrue();
        }
    };
    /** Whether failed reads count as refused. */
    private volatile boolean refuses;

    SegmentReaderIT(TestRedis server) throws Exception {
        RedisConfig config =
                ServiceConfig.from(Map.of("REDIS_URL", server.url())).redis();
        RedisKeys names = new RedisKeys("t-" + UUID.randomUUID());
        EnvelopeCodec codec = new EnvelopeCodec(NodeId.random(), false);
        redis = new RedisConnections(config, metrics, null);
        subscriber = new RedisSubscriber(redis, codec, PubSubMode.CLASSIC, RedisBuses.openGate(metrics), metrics);
        LeaseStore leases = new LeaseStore(redis, names, config.nodeLease(), RedisBuses.writeHealth(metrics));
        store = new SegmentStore(
                redis, names, codec, leases, metrics, 60, PubSubMode.CLASSIC, new BoardTap(Set.of(), redis, names));
        ThrottledLog log = new ThrottledLog(LoggerFactory.getLogger(SegmentReaderIT.class));
        reader = new SegmentReader(BOARD, loop, store, feed, owner -> false, gaps, failure -> refuses, metrics, log);
        connect();
        // Loads the scripts, so that no write is sent twice and overtaken by a read.
        BoardId other = new BoardId("other");
        Origin someNode = new Origin(NodeId.random(), 0);
        store.put(other, someNode, 1, List.of(), NO_ENVELOPE)
                .toCompletableFuture()
                .join();
        store.reap(other, someNode, 1L, NO_ENVELOPE, false)
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void close() {
        redis.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void connect() throws RedisUnavailableException {
        redis.connect(TIMEOUT, subscriber::newListener);
    }

    @Test
    void whoMovedIsNotMissingWhileTheReadOfTheNewOwnerFails() throws Exception {
        Origin from = new Origin(NodeId.random(), 0);
        Origin to = new Origin(NodeId.random(), 0);
        Member ada = ClusterBusContract.member("Ada", 1);
        Member moved = ada.takenOver(2, ada.profile(), ada.status(), ada.state(), ada.version());
        feed.onSegment(from, 1, List.of(ada));
        store.put(BOARD, to, 5, List.of(moved), NO_ENVELOPE)
                .toCompletableFuture()
                .join();
        store.put(BOARD, from, 6, List.of(), NO_ENVELOPE).toCompletableFuture().join();

        redis.dropAll();
        loop.submit(() -> reader.read(to)).sync();
        await().until(() -> metrics.resyncs.count() >= 1);
        connect();
        loop.submit(() -> reader.read(from)).sync();

        await().untilAsserted(() -> {
            assertThat(feed.knownSeq(to)).isEqualTo(5);
            assertThat(feed.knownSeq(from)).isEqualTo(6);
        });
        assertThat(feed.names()).containsExactly("Ada");
        assertThat(feed.missed()).isEmpty();
    }

    @Test
    void aReapedOwnerIsGoneWhereRedisRefusesTheRead() throws Exception {
        Origin gone = new Origin(NodeId.random(), 0);
        Origin back = new Origin(NodeId.random(), 0);
        feed.onSegment(gone, 1, List.of(ClusterBusContract.member("Ada", 1)));
        feed.onSegment(back, 1, List.of(ClusterBusContract.member("Bob", 1)));
        refuses = true;
        redis.dropAll();
        loop.submit(() -> {
                    reader.readReaped(gone);
                    reader.readReaped(back);
                    feed.onSegment(back, 2, List.of(ClusterBusContract.member("Bob", 1)));
                })
                .sync();
        await().untilAsserted(() -> assertThat(feed.names()).containsExactly("Bob"));
    }

    @Test
    void whatWasReadBeforeItWasRemovedIsNotShown() throws Exception {
        Origin owner = new Origin(NodeId.random(), 0);
        store.put(BOARD, owner, 5, List.of(ClusterBusContract.member("Ada", 1)), NO_ENVELOPE)
                .toCompletableFuture()
                .join();
        loop.submit(() -> {
                    reader.read(owner);
                    store.reap(BOARD, owner, 5L, NO_ENVELOPE, false);
                    // The stream overtakes the reply.
                    assertThat(reader.onReaped(owner)).isTrue();
                })
                .sync();
        await().until(() -> metrics.resyncs.count() == 2);
        await().until(() -> loop.submit(() -> !reader.onReaped(owner)).get());
        assertThat(feed.names()).isEmpty();
    }

    @Test
    void whoMovedToTheNextIncarnationIsNotMissingWhereTheReapComesDuringARead() throws Exception {
        NodeId node = NodeId.random();
        Origin reaped = new Origin(node, 0);
        Origin next = new Origin(node, 1);
        Member ada = ClusterBusContract.member("Ada", 1);
        feed.onSegment(reaped, 1, List.of(ada));
        store.put(BOARD, next, 5, List.of(ada), NO_ENVELOPE)
                .toCompletableFuture()
                .join();
        loop.submit(() -> {
                    // Redis has this segment no more: the stream, which tells why, is later than the reply.
                    reader.read(reaped);
                    reader.read(next);
                    assertThat(reader.onReaped(reaped)).isTrue();
                })
                .sync();
        await().untilAsserted(() -> {
            assertThat(feed.knownSeq(next)).isEqualTo(5);
            assertThat(feed.owners()).containsExactly(next);
        });
        assertThat(feed.unclaimed()).isEmpty();
        assertThat(feed.names()).containsExactly("Ada");
    }

    @Test
    void whatWasWrittenAfterNothingWasReadStays() throws Exception {
        Origin owner = new Origin(NodeId.random(), 0);
        Member ada = ClusterBusContract.member("Ada", 1);
        loop.submit(() -> {
                    reader.read(owner);
                    store.put(BOARD, owner, 5, List.of(ada), NO_ENVELOPE);
                    feed.onDelta(owner, 0, 5, new SegmentDelta(List.of(ada), Map.of()));
                })
                .sync();
        await().until(() -> metrics.resyncs.count() == 2);
        await().until(() -> loop.submit(() -> !reader.onReaped(owner)).get());
        assertThat(feed.names()).containsExactly("Ada");
        assertThat(feed.missed()).isEmpty();
    }
}
