package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.ServerFrame;
import presence.proto.Watch;
import presence.proto.WatchedBoard;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Boards of other nodes are watched through Redis: what is shown, and what it costs Redis. */
@Tag("redis")
class WatchedBoardsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = RedisClient.create(server.operatorUrl());

    @AfterEach
    void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        server.close();
    }

    private Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "REDIS_URL", server.url(),
                "PRESENCE_NODE_HEARTBEAT_MS", "500",
                "PRESENCE_NODE_LEASE_MS", "3000",
                "PRESENCE_WATCH_INTERVAL_MS", "200"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static void watch(TestClient client, List<String> boards) {
        client.send(
                frame -> frame.setWatch(Watch.newBuilder().addAllBoard(boards).setAvatars(3)));
    }

    private static void awaitMembers(TestClient watcher, String board, int members, int observers) {
        await(members + " members on " + board).atMost(SOON).untilAsserted(() -> {
            WatchedBoard last = watcher.frames().stream()
                    .filter(ServerFrame::hasWatched)
                    .flatMap(frame -> frame.getWatched().getBoardsList().stream())
                    .filter(entry -> entry.getBoard().equals(board))
                    .reduce((before, entry) -> entry)
                    .orElse(WatchedBoard.getDefaultInstance());
            assertThat(last.getMembers()).isEqualTo(members);
            assertThat(last.getObservers()).isEqualTo(observers);
            assertThat(last.getFirstCount()).isEqualTo(Math.min(members, 3));
        });
    }

    @Test
    void aBoardOfOtherNodesIsShownWithoutASubscriptionAndWithoutTheDead() {
        try (TestNode here = TestNode.start(settings());
                TestNode there = TestNode.start(settings());
                NodeProcess victim = NodeProcess.start(settings());
                TestClient ada = TestClient.join(there.ws(), "b1", "Ada");
                TestClient bob = TestClient.join(victim.ws(), "b2", "Bob");
                TestClient cid = TestClient.join(victim.ws(), "b1", "Cid");
                TestClient watcher = TestClient.connect(here.ws());
                StatefulRedisConnection<String, String> operator = client.connect()) {
            watch(watcher, List.of("b1", "b2", "b3"));
            awaitMembers(watcher, "b1", 2, 0);
            awaitMembers(watcher, "b2", 1, 0);
            awaitMembers(watcher, "b3", 0, 0);
            assertThat(operator.sync().pubsubNumsub("presence:board:b1", "presence:board:b2"))
                    .isEqualTo(Map.of("presence:board:b1", 2L, "presence:board:b2", 1L));
            victim.close();
            awaitMembers(watcher, "b1", 1, 0);
            // No node follows this board any more: its segment stays until it expires, and does not count.
            awaitMembers(watcher, "b2", 0, 0);
            assertThat(operator.sync().keys("presence:seg:{presence:board:b2}:*"))
                    .hasSize(1);
            assertThat(List.of(ada, bob, cid)).allMatch(one -> one.complaints().isEmpty());
        }
    }

    @Test
    void withoutRedisTheLastKnownStateStaysAndItGoesOnWhenRedisIsBack() {
        try (TestNode here = TestNode.start(settings());
                TestNode there = TestNode.start(settings());
                TestClient ada = TestClient.join(there.ws(), "b1", "Ada");
                TestClient watcher = TestClient.connect(here.ws())) {
            watch(watcher, List.of("b1"));
            awaitMembers(watcher, "b1", 1, 0);
            server.kill();
            double failed = here.metric("presence_watch_failures_total");
            await().atMost(SOON).until(() -> here.metric("presence_watch_failures_total") > failed + 3);
            assertThat(here.metric("presence_watched_age_seconds")).isPositive();
            TestClient bob = TestClient.join(there.ws(), "b1", "Bob");
            awaitMembers(watcher, "b1", 1, 0);
            server.startAgain();
            awaitMembers(watcher, "b1", 2, 0);
            bob.closeNormally();
            awaitMembers(watcher, "b1", 1, 0);
            assertThat(ada.complaints()).isEmpty();
        }
    }

    /** Redis' commands since {@code before}, by name. */
    private static Map<String, Long> commands(RedisCommands<String, String> redis, Map<String, Long> before) {
        Map<String, Long> calls = new HashMap<>();
        redis.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> {
                    String name = line.substring("cmdstat_".length(), line.indexOf(':'));
                    long count = Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1"));
                    calls.put(name, count - before.getOrDefault(name, 0L));
                });
        return calls;
    }

    /**
     * What Redis executes while a node renews its lease twenty times: a clock of Redis' own, which stands still when the
     * machine does.
     */
    private static Map<String, Long> commandsOfTwentyBeats(RedisCommands<String, String> redis) {
        Map<String, Long> before = commands(redis, Map.of());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> commands(redis, before).getOrDefault("set", 0L) >= 20);
        return commands(redis, before);
    }

    @Test
    void redisIsAskedNoMoreOftenByAThousandWatchersThanByTen() {
        List<String> boards = IntStream.range(0, 200).mapToObj(i -> "b" + i).toList();
        List<TestClient> watchers = new ArrayList<>();
        try (TestNode here = TestNode.start(settings("PRESENCE_WATCH_INTERVAL_MS", "1000"));
                StatefulRedisConnection<String, String> operator = client.connect()) {
            RedisCommands<String, String> redis = operator.sync();
            addWatchers(here, watchers, 10, boards);
            Map<String, Long> ofTen = commandsOfTwentyBeats(redis);
            addWatchers(here, watchers, 1_000, boards);
            Map<String, Long> ofThousand = commandsOfTwentyBeats(redis);
            // A beat is half a second: ten reads of 200 boards.
            assertThat(ofTen.get("evalsha")).isBetween(1_000L, 2_500L);
            assertThat(ofThousand.get("evalsha")).isBetween(1_000L, 2_500L);
            long total = ofTen.values().stream().mapToLong(Long::longValue).sum();
            assertThat(ofThousand.values().stream().mapToLong(Long::longValue).sum())
                    .isLessThan(total * 3 / 2);
        } finally {
            watchers.forEach(TestClient::abort);
        }
    }

    private static void addWatchers(TestNode node, List<TestClient> watchers, int until, List<String> boards) {
        while (watchers.size() < until) {
            TestClient watcher = TestClient.connect(node.ws());
            watchers.add(watcher);
            watch(watcher, boards);
        }
        for (TestClient watcher : watchers) {
            watcher.await(
                    "all boards",
                    () -> watcher.frames().stream()
                                    .mapToInt(frame -> frame.getWatched().getBoardsCount())
                                    .sum()
                            == boards.size());
        }
    }
}
