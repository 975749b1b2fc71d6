package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** The handshake of a page that may not connect is refused; other clients are not affected. */
class AllowedOriginsIT {
    private final TestNode node = TestNode.start(Map.of("PRESENCE_ALLOWED_ORIGINS", "https://*.app.example"));

    @AfterEach
    void stop() {
        node.close();
    }

    private WebSocket connect(String origin) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(node.ws(), new WebSocket.Listener() {})
                .join();
    }

    @Test
    void aForeignPageIsRefusedAndCounted() {
        String counter = "presence_rejected_total{reason=\"origin\"}";
        assertThat(Metrics.read(node.opsPort(), counter)).isZero();
        assertThatThrownBy(() -> connect("https://evil.example"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> assertThat(((WebSocketHandshakeException) e.getCause())
                                .getResponse()
                                .statusCode())
                        .isEqualTo(403));
        assertThat(Metrics.read(node.opsPort(), counter)).isEqualTo(1);
    }

    @Test
    void anAllowedPageAndAProgramComeIn() {
        WebSocket page = connect("https://board.app.example");
        try (TestClient program = TestClient.join(node.ws(), "origins", "Ada")) {
            assertThat(program.names()).containsExactly("Ada");
        } finally {
            page.abort();
        }
    }
}
