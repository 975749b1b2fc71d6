package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import presence.testing.client.Metrics;
import presence.testing.client.RawHttp;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Hostile plain HTTP on the public port. */
@Timeout(60)
class PublicHttpIT {
    private static final String TOO_LARGE =
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n";

    @Test
    void aClientWithTooManyUnreadResponsesIsClosed() throws IOException {
        byte[] requests = RawHttp.bytes(TOO_LARGE.repeat(500));
        try (TestNode node = TestNode.alone();
                Socket greedy = new Socket()) {
            greedy.setReceiveBufferSize(4_096);
            greedy.connect(new InetSocketAddress("127.0.0.1", node.publicPort()));
            OutputStream out = greedy.getOutputStream();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            out.write(requests);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(node.metric("presence_handshake_timeouts_total"))
                    .as("it is not the timeout that closes it")
                    .isZero();
        }
    }

    @Test
    void allHandshakesTogetherMaySendSoMuch() throws IOException {
        byte[] endless = RawHttp.bytes("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(12_000));
        try (TestNode node = TestNode.start(Map.of("PRESENCE_MAX_HANDSHAKE_MB", "1"))) {
            List<Socket> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Socket socket = RawHttp.connect(node.publicPort());
                many.add(socket);
                socket.getOutputStream().write(endless);
            }
            await().until(() -> many.stream().filter(RawHttp::isEnded).count() >= 10);
            assertThat(node.metric("presence_limited_total{limit=\"handshake_bytes\"}"))
                    .isBetween(10.0, 20.0);
            assertThat(node.metric("presence_handshake_bytes")).isLessThanOrEqualTo(1 << 20);
            for (Socket socket : many) {
                socket.close();
            }
            await().until(() -> node.metric("presence_handshake_bytes") == 0);
            try (TestClient next = TestClient.join(node.ws(), "b", "Next")) {
                assertThat(next.complaints()).isEmpty();
            }
        }
    }

    @Test
    void aClientThatReadsNoResponseIsClosed() throws IOException {
        byte[] requests = RawHttp.bytes("GET /presence-client.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200));
        try (TestNode node = TestNode.alone();
                Socket greedy = new Socket()) {
            greedy.setReceiveBufferSize(4_096);
            greedy.connect(new InetSocketAddress("127.0.0.1", node.publicPort()));
            OutputStream out = greedy.getOutputStream();
            // Some 30 KB for each 50 bytes: 10,000 of them would be 300 MB.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            out.write(requests);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(Metrics.get("http://127.0.0.1:" + node.publicPort() + "/healthz")
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
