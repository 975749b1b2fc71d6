package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestRedis;

/**
 * Measures the time from a join to the complete roster on a board whose thousand members are on another node. Prints
 * it; asserts the members seen, not the time.
 */
@WithRedis
class LargeBoardIT {
    private static final int MEMBERS = 1_000;
    private static final int CONNECTING = 8;
    /** Five show that the roster comes complete; for a median worth keeping: {@code -Dpresence.joins=21}. */
    private static final int JOINS = Integer.getInteger("presence.joins", 5);

    private static final String BOARD = "large";

    private final String url;

    LargeBoardIT(TestRedis redis) {
        url = redis.url();
    }

    @Test
    void aBoardOfAThousandOnAnotherNodeIsSeenComplete() {
        Map<String, String> settings = Map.of(
                "REDIS_URL", url, "PRESENCE_PREFIX", "large-" + UUID.randomUUID(), "PRESENCE_LINGER_SECONDS", "0");
        List<TestClient> members = new ArrayList<>();
        try (NodeProcess theirs = NodeProcess.start(settings);
                NodeProcess ours = NodeProcess.start(settings)) {
            fill(theirs, members);
            double[] cold = joins(ours);
            double[] warm;
            try (TestClient resident = TestClient.connect(ours.ws())) {
                millisToAll(resident, "resident", MEMBERS + 1);
                warm = joins(ours);
            }
            System.out.printf(
                    Locale.ROOT,
                    "[large board] %d members on another node, join to complete roster, %d joins: node new to the"
                            + " board median %.1f ms, max %.1f ms; node on it already median %.1f ms, max %.1f ms%n",
                    MEMBERS,
                    JOINS,
                    cold[JOINS / 2],
                    cold[JOINS - 1],
                    warm[JOINS / 2],
                    warm[JOINS - 1]);
        } finally {
            members.forEach(TestClient::abort);
        }
    }

    private static void fill(NodeProcess node, List<TestClient> members) {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTING);
        try {
            IntStream.range(0, MEMBERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> member(node, i), threads))
                    .toList()
                    .forEach(member -> members.add(member.join()));
        } finally {
            threads.shutdown();
        }
    }

    private static TestClient member(NodeProcess node, int number) {
        TestClient member = TestClient.connect(node.ws());
        // Else a thousand clients would each decode a thousand joins.
        member.ignore();
        member.join(BOARD, "member-" + number);
        return member;
    }

    /** Joins and leaves in turn; returns sorted milliseconds. */
    private static double[] joins(NodeProcess node) {
        int present = (int) node.metric("presence_members_local");
        double[] millis = new double[JOINS];
        for (int i = 0; i < JOINS; i++) {
            try (TestClient visitor = TestClient.connect(node.ws())) {
                millis[i] = millisToAll(visitor, "visitor-" + i, MEMBERS + present + 1);
                assertThat(visitor.complaints()).isEmpty();
                visitor.closeNormally();
                visitor.awaitClose();
            }
            Awaitility.await("the visitor is gone, and the board too if it was the last")
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> node.metric("presence_members_local") == present
                            && node.metric("presence_boards") == present);
        }
        Arrays.sort(millis);
        return millis;
    }

    private static double millisToAll(TestClient client, String name, int everyone) {
        long start = System.nanoTime();
        client.join(BOARD, name);
        Awaitility.await(everyone + " members")
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.isComplete() && client.members().size() == everyone);
        return (System.nanoTime() - start) / 1e6;
    }
}
