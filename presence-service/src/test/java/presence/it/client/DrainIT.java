package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.Metrics;
import presence.testing.client.RawHttp;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;

/** What a node does between SIGTERM and its exit. */
@Tag("waiting")
class DrainIT {
    private static final int RESTART = 1012;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static NodeProcess node(String drainMs, String rate) {
        return NodeProcess.start(Map.of("PRESENCE_DRAIN_MS", drainMs, "PRESENCE_DRAIN_RATE", rate));
    }

    private static List<TestClient> clients(NodeProcess node, int count) {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(TestClient.connect(node.ws()));
        }
        return clients;
    }

    /** When each client was asked to leave, in order. */
    private static List<Integer> told(List<TestClient> clients) {
        clients.forEach(client -> client.await("asked to leave", () -> client.goingAway() != null));
        return clients.stream()
                .map(client -> client.goingAway().getReconnectAfterMs())
                .sorted()
                .toList();
    }

    @Test
    void clientsAreAskedToGoOneAfterTheOther() {
        try (NodeProcess node = node("60000", "10")) {
            List<TestClient> clients = clients(node, 5);
            node.terminate();
            assertThat(told(clients)).containsExactly(500, 600, 700, 800, 900);
            clients.forEach(TestClient::close);
            assertThat(node.waitFor(SOON)).isZero();
        }
    }

    @Test
    void fasterWhereTimeIsShort() {
        try (NodeProcess node = node("2000", "1")) {
            List<TestClient> clients = clients(node, 5);
            node.terminate();
            assertThat(told(clients)).containsExactly(250, 400, 550, 700, 850);
            for (TestClient client : clients) {
                assertThat(client.awaitClose()).as("did not leave by itself").isEqualTo(RESTART);
            }
            assertThat(node.waitFor(SOON)).isZero();
        }
    }

    @Test
    void newConnectionsAreRefused() throws IOException {
        try (NodeProcess node = node("60000", "1");
                Socket early = RawHttp.connect(node.publicPort())) {
            List<TestClient> clients = clients(node, 1);
            node.terminate();
            told(clients);
            // The port is closed, and connections accepted before are refused.
            early.getOutputStream().write(RawHttp.upgrade("http://x"));
            assertThat(RawHttp.answer(early)).startsWith("HTTP/1.1 503 ");
            await().until(() -> {
                try (Socket late = RawHttp.connect(node.publicPort())) {
                    return false;
                } catch (IOException refused) {
                    return true;
                }
            });
            assertThat(Metrics.get("http://127.0.0.1:" + node.opsPort() + "/health/ready")
                            .statusCode())
                    .isEqualTo(503);
            clients.forEach(TestClient::close);
            assertThat(node.waitFor(SOON)).isZero();
        }
    }

    @Test
    void anUnresponsiveClientDoesNotDelayTheStop() throws IOException {
        try (NodeProcess node = node("1000", "1");
                Socket unread = RawHttp.connect(node.publicPort())) {
            unread.getOutputStream().write(RawHttp.upgrade("http://x"));
            assertThat(RawHttp.head(unread)).startsWith("HTTP/1.1 101 ");
            node.terminate();
            assertThat(node.waitFor(SOON)).isZero();
            assertThat(node.log()).contains("stopped node=");
        }
    }

    @Test
    void toldTwiceItEndsAtOnce() {
        try (NodeProcess node = node("600000", "1")) {
            List<TestClient> clients = clients(node, 3);
            node.terminate();
            told(clients);
            node.terminate();
            assertThat(node.waitFor(SOON)).isEqualTo(143);
            assertThat(node.log()).contains("stopping; a second signal ends the process at once signal=TERM");
            clients.forEach(client -> assertThat(client.awaitClose()).isEqualTo(1006));
        }
    }
}
