package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.Haproxy;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/**
 * Three nodes behind HAProxy with {@code docker/haproxy-affinity.cfg}; clients name their board in the address, as
 * {@code connect(url, { affinity })} does.
 */
@Requires(Tool.HAPROXY)
@WithRedis
class AffinityIT {
    /** So many that no node is full by HAProxy's reckoning when a few more come. */
    private static final int BOARDS = 45;

    private final List<TestNode> nodes = new ArrayList<>();
    private final Map<String, TestClient> first = new HashMap<>();
    private final List<TestClient> clients = new ArrayList<>();
    private final TestRedis redis;
    private Haproxy haproxy;

    AffinityIT(TestRedis redis) {
        this.redis = redis;
    }

    @BeforeEach
    void start() {
        Map<String, String> settings = Map.of(
                "REDIS_URL", redis.url(), "PRESENCE_PREFIX", "t-" + UUID.randomUUID(), "PRESENCE_PROXY_PROTOCOL", "on");
        IntStream.range(0, 3).forEach(i -> nodes.add(TestNode.start(settings)));
        haproxy = Haproxy.start(
                Haproxy.affinityConfiguration(),
                nodes.stream().map(TestNode::publicPort).toList());
    }

    @AfterEach
    void stop() {
        clients.forEach(TestClient::close);
        haproxy.close();
        nodes.forEach(TestNode::close);
    }

    private TestClient join(String query, String board, String name) {
        TestClient client = TestClient.join(URI.create(haproxy.ws() + query), board, name);
        clients.add(client);
        return client;
    }

    private TestClient join(String board, String name) {
        return join("?board=" + board, board, name);
    }

    private void openAllBoards() {
        IntStream.range(0, BOARDS).mapToObj(i -> "board-" + i).forEach(board -> first.put(board, join(board, "Ada")));
    }

    private static String nodeOf(TestClient client) {
        return client.welcome().getNodeId();
    }

    @Test
    void theClientsOfABoardLandOnTheSameNode() {
        openAllBoards();
        assertThat(first.values().stream().map(AffinityIT::nodeOf)).containsAll(idsOf(nodes));
        for (String board : List.of("board-7", "board-19", "board-31", "board-44")) {
            for (String name : List.of("Bob", "Cleo")) {
                assertThat(nodeOf(join(board, name))).as(board).isEqualTo(nodeOf(first.get(board)));
            }
            first.get(board).awaitNames("Ada", "Bob", "Cleo");
        }
    }

    @Test
    void onlyTheBoardsOfANodeThatEndsMove() {
        openAllBoards();
        TestNode ending = nodes.remove(1);
        Map<String, String> before = new HashMap<>();
        first.forEach((board, client) -> before.put(board, nodeOf(client)));

        ending.close();
        haproxy.awaitNews("node-2", "DOWN");
        List<String> moved = new ArrayList<>();
        for (int i = 0; i < BOARDS; i += 2) {
            String board = "board-" + i;
            String node = nodeOf(join(board, "Bob"));
            if (before.get(board).equals(ending.id())) {
                moved.add(board);
                assertThat(node).as(board).isNotEqualTo(ending.id());
                assertThat(nodeOf(join(board, "Cleo"))).as(board).isEqualTo(node);
            } else {
                assertThat(node).as(board).isEqualTo(before.get(board));
            }
        }
        assertThat(moved).isNotEmpty();
    }

    @Test
    void aBoardThatIsTooMuchForOneNodeSpillsOverAndIsStillOne() {
        String[] names = IntStream.range(0, 24).mapToObj(i -> "User " + i).toArray(String[]::new);
        Set<String> used = new HashSet<>();
        for (String name : names) {
            used.add(nodeOf(join("crowded", name)));
        }
        assertThat(used).hasSizeGreaterThan(1);
        clients.forEach(client -> client.awaitNames(names));
    }

    @Test
    void aClientThatNamesNoBoardOrAnotherIsServedAlike() {
        TestClient ada = join("", "board-1", "Ada");
        TestClient bob = join("?board=another", "board-1", "Bob");
        TestClient cleo = join("?region=eu&board=", "board-1", "Cleo");
        for (TestClient client : List.of(ada, bob, cleo)) {
            client.awaitNames("Ada", "Bob", "Cleo");
        }
        ada.cursor(160, -320);
        bob.awaitCursor("Ada", 160, -320);
        cleo.awaitCursor("Ada", 160, -320);
    }

    private static List<String> idsOf(List<TestNode> nodes) {
        return nodes.stream().map(TestNode::id).toList();
    }
}
