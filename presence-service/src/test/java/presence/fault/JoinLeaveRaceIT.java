package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.random.Seeded;

/**
 * Tests a thousand joins and leaves on three nodes that subscribe to a board with its first member and unsubscribe with
 * its last, without linger: joins race with both.
 */
@WithRedis
class JoinLeaveRaceIT {
    private static final int NODES = 3;
    private static final int CLIENTS = 24;
    private static final int JOINS_EACH = 42;
    private static final int BOARDS = 8;

    private final String url;

    JoinLeaveRaceIT(TestRedis redis) {
        url = redis.url();
    }

    /** A client that joins and leaves boards. */
    private record Visitor(String name, TestClient client, Random random) {
        /** Joins and leaves boards, sometimes waiting for the roster; returns the board it stays on. */
        String visitAll() {
            for (int i = 1; i < JOINS_EACH; i++) {
                client.join(anyBoard(), name);
                if (random.nextInt(3) == 0) {
                    client.await("roster", client::isComplete);
                }
                client.leave();
            }
            String last = anyBoard();
            client.join(last, name);
            return last;
        }

        private String anyBoard() {
            return "race-" + random.nextInt(BOARDS);
        }
    }

    @Test
    void afterAThousandJoinsAndLeavesEveryRosterIsExact() {
        Seeded.check(1, this::raceAndCompare);
    }

    private void raceAndCompare(Random random) {
        String prefix = "race-" + UUID.randomUUID();
        List<TestNode> nodes = new ArrayList<>();
        List<Visitor> visitors = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(TestNode.start(Map.of(
                        "REDIS_URL",
                        url,
                        "PRESENCE_PREFIX",
                        prefix,
                        "PRESENCE_LINGER_SECONDS",
                        "0",
                        "PRESENCE_JOINS_PER_SECOND",
                        "0")));
            }
            for (int i = 0; i < CLIENTS; i++) {
                visitors.add(new Visitor(
                        "V" + i, TestClient.connect(nodes.get(i % NODES).ws()), new Random(random.nextLong())));
            }
            List<CompletableFuture<String>> ends = visitors.stream()
                    .map(visitor -> CompletableFuture.supplyAsync(visitor::visitAll, threads))
                    .toList();
            List<String> boards = ends.stream().map(CompletableFuture::join).toList();
            // A roster may be exact by chance before a delayed message arrives: it must stay exact.
            Awaitility.await("every roster is exact and stays so")
                    .atMost(Duration.ofSeconds(20))
                    .during(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> IntStream.range(0, CLIENTS)
                            .forEach(i -> assertThat(visitors.get(i).client().names())
                                    .as(visitors.get(i).name() + " on " + boards.get(i))
                                    .isEqualTo(on(boards.get(i), boards, visitors))));
            for (Visitor visitor : visitors) {
                assertThat(visitor.client().complaints()).isEmpty();
                assertThat(visitor.client().errors()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
            visitors.forEach(visitor -> visitor.client().close());
            nodes.forEach(TestNode::close);
        }
    }

    private static TreeSet<String> on(String board, List<String> boards, List<Visitor> visitors) {
        TreeSet<String> names = new TreeSet<>();
        for (int i = 0; i < CLIENTS; i++) {
            if (boards.get(i).equals(board)) {
                names.add(visitors.get(i).name());
            }
        }
        return names;
    }
}
