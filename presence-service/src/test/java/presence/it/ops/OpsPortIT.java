package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import presence.testing.client.RawHttp;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Hostile requests, and requests of web pages, to the operators' port. */
@Timeout(60)
class OpsPortIT {
    private static final String TOKEN = "a-token-of-the-api";

    private static String ask(TestNode node, String request) throws IOException {
        try (Socket socket = RawHttp.connect(node.opsPort())) {
            socket.getOutputStream().write(RawHttp.bytes(request + "Connection: close\r\n\r\n"));
            return RawHttp.answer(socket);
        }
    }

    private static double limited(TestNode node, String limit) {
        return node.metric("presence_ops_limited_total{limit=\"" + limit + "\"}");
    }

    @Test
    void aFloodKeepsNoClientOfThePublicPortOut() throws IOException {
        byte[] requests = RawHttp.bytes("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(500));
        try (TestNode node = TestNode.alone();
                Socket greedy = new Socket()) {
            greedy.setReceiveBufferSize(4_096);
            greedy.connect(new InetSocketAddress("127.0.0.1", node.opsPort()));
            try {
                for (int i = 0; i < 1_000; i++) {
                    greedy.getOutputStream().write(requests);
                }
                assertThat(true).as("read to the end").isFalse();
            } catch (SocketException closed) {
                // Expected: one response is unread, and the next request arrived.
                assertThat(closed).hasMessageNotContaining("timed out");
            }
            try (TestClient client = TestClient.join(node.ws(), "b", "Ada")) {
                assertThat(client.complaints()).isEmpty();
            }
        }
    }

    @Test
    void requestsBeyondTheRateWaitExceptForHealth() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_OPS_REQUESTS_PER_SECOND", "1"));
                Socket eager = RawHttp.connect(node.opsPort())) {
            String request = "GET /stats HTTP/1.1\r\nHost: 127.0.0.1\r\n";
            List<Socket> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Socket socket = RawHttp.connect(node.opsPort());
                all.add(socket);
                socket.getOutputStream().write(RawHttp.bytes(request + "\r\n"));
            }
            assertThat(ask(node, "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"))
                    .contains("alive");
            for (Socket socket : all) {
                assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 200");
                socket.close();
            }
            assertThat(limited(node, "rate")).isPositive();
        }
    }

    @Test
    void halfRequestsAndUnreadAnswersHaveTheirTime() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_OPS_TIMEOUT_MS", "500"));
                Socket silent = RawHttp.connect(node.opsPort());
                Socket half = RawHttp.connect(node.opsPort());
                Socket body = RawHttp.connect(node.opsPort())) {
            half.getOutputStream().write(RawHttp.bytes("GET /metr"));
            body.getOutputStream()
                    .write(RawHttp.bytes(
                            "POST /api/v1/kicks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"));
            for (Socket socket : List.of(silent, half, body)) {
                assertThat(RawHttp.answer(socket)).isEmpty();
            }
            assertThat(limited(node, "timeout")).isEqualTo(3);
        }
    }

    @Test
    void idleConnectionsKeepNoOtherOut() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_OPS_MAX_CONNECTIONS", "10"))) {
            List<Socket> idle = new ArrayList<>();
            Socket other = RawHttp.connect(node.opsPort(), "127.0.0.2");
            for (int i = 0; i < 50; i++) {
                idle.add(RawHttp.connect(node.opsPort()));
            }
            assertThat(ask(node, "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n"))
                    .startsWith("HTTP/1.1 200");
            await("only ten stay")
                    .until(() -> idle.stream().filter(RawHttp::isEnded).count() >= 40);
            assertThat(RawHttp.isEnded(other))
                    .as("the oldest, but the only one of its address")
                    .isFalse();
            other.close();
            assertThat(limited(node, "connections")).isGreaterThanOrEqualTo(40);
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void webPagesOfOtherSitesAreRefused() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_API_TOKEN", TOKEN))) {
            String host = "127.0.0.1:" + node.opsPort();
            String audit = "POST /audit HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n";
            assertThat(ask(node, audit + "Origin: https://evil.example\r\n")).startsWith("HTTP/1.1 403");
            assertThat(ask(node, audit + "Origin: null\r\n")).startsWith("HTTP/1.1 403");
            assertThat(ask(node, audit + "Sec-Fetch-Site: cross-site\r\n")).startsWith("HTTP/1.1 403");
            assertThat(ask(node, audit + "Sec-Fetch-Site: same-site\r\n")).startsWith("HTTP/1.1 403");
            assertThat(ask(
                            node,
                            audit + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                                    + "Sec-Fetch-Dest: document\r\n"))
                    .startsWith("HTTP/1.1 403");
            String kick = ask(
                    node,
                    "POST /api/v1/kicks HTTP/1.1\r\nHost: " + host
                            + "\r\nContent-Length: 0\r\nOrigin: http://a.example\r\n");
            assertThat(kick).startsWith("HTTP/1.1 403").contains("\"code\":\"cross_site\"");
            assertThat(limited(node, "cross_site")).isEqualTo(6);

            assertThat(ask(node, audit)).startsWith("HTTP/1.1 200");
            assertThat(ask(node, audit + "Origin: http://" + host + "\r\nSec-Fetch-Site: same-origin\r\n"))
                    .startsWith("HTTP/1.1 200");
            String stats = "GET /stats HTTP/1.1\r\nHost: " + host + "\r\n";
            assertThat(ask(node, stats + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))
                    .startsWith("HTTP/1.1 403");
            assertThat(ask(
                            node,
                            stats + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                                    + "Sec-Fetch-Dest: document\r\n"))
                    .as("a link on Prometheus' page")
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aNameThatOnlyLeadsHereIsRefused() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_OPS_HOSTS", "ops.example.org"))) {
            for (String path : List.of("/stats", "/metrics", "/health/ready", "/api/v1/boards")) {
                assertThat(ask(node, "GET " + path + " HTTP/1.1\r\nHost: evil.example:9464\r\n"))
                        .startsWith("HTTP/1.1 421");
            }
            assertThat(limited(node, "foreign_host")).isEqualTo(4);
            assertThat(ask(node, "GET /stats HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"))
                    .startsWith("HTTP/1.1 4");
            assertThat(ask(node, "GET /stats HTTP/1.1\r\nHost: ops.example.org\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(ask(node, "GET /stats HTTP/1.0\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void headIsGetWithoutABodyOnBothPorts() throws IOException {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_API_TOKEN", TOKEN))) {
            for (String path : List.of("/healthz", "/presence-client.js", "/", "/ws", "/nothing")) {
                assertBodyless(node.publicPort(), path);
            }
            for (String path :
                    List.of("/health/ready", "/metrics", "/api/v1/openapi.json", "/api/v1/bans", "/nothing")) {
                assertBodyless(node.opsPort(), path);
            }
        }
    }

    private static void assertBodyless(int port, String path) throws IOException {
        String rest = " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + TOKEN
                + "\r\nConnection: close\r\n\r\n";
        List<String> answers = new ArrayList<>();
        for (String method : List.of("GET", "HEAD")) {
            try (Socket socket = RawHttp.connect(port)) {
                socket.getOutputStream().write(RawHttp.bytes(method + rest));
                answers.add(RawHttp.answer(socket));
            }
        }
        String get = answers.get(0);
        String head = answers.get(1);
        assertThat(head).as(path).endsWith("\r\n\r\n");
        // The content of /metrics changes from request to request.
        assertThat(head.replaceAll("content-length: \\d+", ""))
                .isEqualTo(get.substring(0, get.indexOf("\r\n\r\n") + 4).replaceAll("content-length: \\d+", ""));
        assertThat(head).containsPattern("content-length: [1-9]");
    }

    @Test
    void anUpgradeNeedsHttp11() throws IOException {
        try (TestNode node = TestNode.alone();
                Socket old = RawHttp.connect(node.publicPort())) {
            String upgrade =
                    new String(RawHttp.upgrade("http://localhost"), java.nio.charset.StandardCharsets.ISO_8859_1);
            old.getOutputStream().write(RawHttp.bytes(upgrade.replace("HTTP/1.1", "HTTP/1.0")));
            assertThat(RawHttp.answer(old)).startsWith("HTTP/1.1 400").contains("HTTP/1.1");
        }
    }
}
