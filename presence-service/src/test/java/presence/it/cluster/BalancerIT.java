package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.Haproxy;
import presence.testing.process.NodeProcess;
import presence.testing.process.Ports;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/** Two real nodes, one Redis and the load balancer of the docker folder; clients connect to the load balancer only. */
@Requires(Tool.HAPROXY)
@WithRedis
class BalancerIT {
    private static final Map<String, String> settings = new HashMap<>();
    private static final List<NodeProcess> nodes = new ArrayList<>();

    /** A new one for each test: its counters decide which node a client gets. */
    private Haproxy haproxy;

    @BeforeAll
    static void startNodes(TestRedis redis) {
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PROXY_PROTOCOL", "on");
        settings.put("PRESENCE_PREFIX", "t-" + UUID.randomUUID());
        IntStream.range(0, 2).parallel().mapToObj(i -> start(Ports.free())).forEachOrdered(nodes::add);
    }

    @AfterAll
    static void stopNodes() {
        nodes.forEach(NodeProcess::close);
    }

    @BeforeEach
    void startBalancer() {
        haproxy = Haproxy.start(nodes.stream().map(NodeProcess::publicPort).toList());
        // Until it knows that there is no third node, a connection to a node that ends can use up its attempts on both.
        haproxy.awaitNews("node-3", "DOWN");
    }

    @AfterEach
    void stopBalancer() {
        haproxy.close();
    }

    @Test
    void clientsLandOnBothNodesAndSeeEachOther() {
        try (TestClient ada = TestClient.join(haproxy.ws(), "both", "Ada");
                TestClient bob = joinElsewhere("both", "Bob", nodeOf(ada))) {
            assertThat(Set.of(nodeOf(ada), nodeOf(bob)))
                    .containsExactlyInAnyOrder(nodes.get(0).id(), nodes.get(1).id());
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            ada.cursor(160, -320);
            bob.cursor(-1, 2);
            bob.awaitCursor("Ada", 160, -320);
            ada.awaitCursor("Bob", -1, 2);
            bob.closeNormally();
            ada.awaitNames("Ada");
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        }
    }

    /** A client on another node than {@code node}; a late health check may have taken that one out for a moment. */
    private TestClient joinElsewhere(String board, String name, String node) {
        AtomicReference<TestClient> found = new AtomicReference<>();
        Awaitility.await("a client on another node")
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    TestClient client = TestClient.connect(haproxy.ws());
                    if (nodeOf(client).equals(node)) {
                        client.close();
                        return false;
                    }
                    found.set(client);
                    return true;
                });
        TestClient client = found.get();
        client.join(board, name);
        client.await("roster", () -> !client.members().isEmpty());
        return client;
    }

    @Test
    void aNodeThatEndsHandsItsClientsToTheOtherAndMayComeBack() {
        try (TestClient ada = TestClient.join(haproxy.ws(), "end", "Ada");
                TestClient bob = joinElsewhere("end", "Bob", nodeOf(ada))) {
            bob.awaitNames("Ada", "Bob");
            NodeProcess ending = byId(nodeOf(ada));
            NodeProcess staying = byId(nodeOf(bob));
            String name = "node-" + (nodes.indexOf(ending) + 1);

            ending.terminate();
            ada.awaitClose();
            // Possibly not checked again yet, and with the fewest clients: some are sent there first, then to the
            // other.
            List<TestClient> again = new ArrayList<>();
            try {
                for (String returning : List.of("Ada", "Cleo", "Dan")) {
                    again.add(TestClient.join(haproxy.ws(), "end", returning));
                }
                assertThat(again)
                        .allSatisfy(client -> assertThat(nodeOf(client)).isEqualTo(staying.id()));
                again.forEach(client -> client.awaitNames("Ada", "Bob", "Cleo", "Dan"));
                bob.awaitNames("Ada", "Bob", "Cleo", "Dan");

                haproxy.awaitNews(name, "DOWN");
                again.add(TestClient.join(haproxy.ws(), "end", "Eve"));
                assertThat(nodeOf(again.get(3))).isEqualTo(staying.id());

                ending.waitFor(Duration.ofSeconds(15));
                NodeProcess back = restart(ending);
                haproxy.awaitNews(name, "UP");
                awaitClientOn(back);
                assertThat(again).flatMap(TestClient::complaints).isEmpty();
            } finally {
                again.forEach(TestClient::close);
            }
            assertThat(bob.closeCode())
                    .as("clients of the other node notice nothing")
                    .isNegative();
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        }
    }

    @Test
    void healthChecksAndPlainHttpPassWithoutTracesInTheNodesLogs() {
        // node-3 has no node, so its state shows that checks have been made.
        haproxy.awaitNews("node-3", "DOWN");
        assertThat(Metrics.get("http://127.0.0.1:" + haproxy.port() + "/healthz")
                        .statusCode())
                .isEqualTo(200);
        assertThat(nodes).allSatisfy(node -> assertThat(node.warnings()).isEmpty());
    }

    private static NodeProcess start(int publicPort) {
        Map<String, String> withPort = new HashMap<>(settings);
        withPort.put("WS_PORT", Integer.toString(publicPort));
        return NodeProcess.start(withPort);
    }

    private NodeProcess restart(NodeProcess ended) {
        NodeProcess back = start(ended.publicPort());
        nodes.set(nodes.indexOf(ended), back);
        return back;
    }

    /** HAProxy has slow start: the first client after a node's return may go to another node. */
    private void awaitClientOn(NodeProcess node) {
        List<TestClient> clients = new ArrayList<>();
        try {
            Awaitility.await("a client on the node that came back")
                    .atMost(Duration.ofSeconds(20))
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        clients.add(TestClient.join(haproxy.ws(), "back", "Client " + clients.size()));
                        return nodeOf(clients.get(clients.size() - 1)).equals(node.id());
                    });
            assertThat(clients).flatMap(TestClient::complaints).isEmpty();
        } finally {
            clients.forEach(TestClient::close);
        }
    }

    private static String nodeOf(TestClient client) {
        return client.welcome().getNodeId();
    }

    private static NodeProcess byId(String id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }
}
