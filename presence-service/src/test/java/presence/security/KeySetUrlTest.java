package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.ConfigException;
import presence.config.ServiceConfig;

@Timeout(10)
class KeySetUrlTest {
    private static final Duration SHORT = Duration.ofMillis(700);

    private Duration patience = Duration.ofSeconds(10);
    private ServerSocket server;
    private volatile int asked;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Answers every connection with these bytes, then sends more slowly until the other end closes. */
    private void answer(String text, String drops) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    asked++;
                    readRequest(socket.getInputStream());
                    OutputStream out = socket.getOutputStream();
                    out.write(text.getBytes(StandardCharsets.US_ASCII));
                    while (!drops.isEmpty()) {
                        out.write(drops.getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        Thread.onSpinWait();
                        java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                    }
                } catch (IOException enough) {
                    // Continues with the next connection.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads all, so that closing sends no reset. */
    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.toString().endsWith("\r\n\r\n")) {
                return;
            }
        }
    }

    private KeySetUrl at(String url, String addresses) throws ConfigException {
        ServiceConfig config = ServiceConfig.from(
                Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_JWKS", url, "PRESENCE_JWT_JWKS_ADDRESSES", addresses));
        return new KeySetUrl(config.auth(), patience);
    }

    private KeySetUrl here() throws ConfigException {
        return at("http://localhost:" + server.getLocalPort() + "/keys?secret=1", "public");
    }

    @Test
    void aSetIsRead() throws ConfigException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}", "");
        assertThat(here().fetch()).isEqualTo("{\"keys\":[]}");
    }

    @Test
    void aSlowResponseTimesOut() throws ConfigException {
        patience = SHORT;
        answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", " ");
        KeySetUrl url = here();
        assertThatThrownBy(url::fetch)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no complete response within 700 ms")
                .hasMessageNotContaining("secret");
    }

    @Test
    void headersThatDripEnd() throws ConfigException {
        patience = SHORT;
        answer("HTTP/1.1 200 OK\r\n", "a: b\r\n");
        KeySetUrl url = here();
        assertThatThrownBy(url::fetch).isInstanceOf(ConfigException.class).hasMessageContaining("cannot be loaded");
    }

    @Test
    void aRedirectIsNotFollowed() throws ConfigException {
        answer("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", "");
        KeySetUrl url = here();
        assertThatThrownBy(url::fetch).isInstanceOf(ConfigException.class).hasMessageEndingWith("HTTP 302, a redirect");
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void moreThanAMebibyteIsRefused() throws ConfigException {
        answer("HTTP/1.1 200 OK\r\n\r\n" + " ".repeat((1 << 20) + 1), "");
        KeySetUrl url = here();
        assertThatThrownBy(url::fetch)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("more than 1048576 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "192.168.1.1",
                "169.254.169.254",
                "172.16.0.9",
                "100.64.1.1",
                "127.0.0.2",
                "[fd00::1]",
                "[fe80::1]",
                "[::ffff:10.0.0.1]"
            })
    void aPrivateAddressIsNotAskedUnlessAllowed(String host) throws ConfigException {
        KeySetUrl url = at("https://" + host + "/keys", "public");
        assertThatThrownBy(url::fetch)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("private address")
                .hasMessageContaining("PRESENCE_JWT_JWKS_ADDRESSES=any");
    }

    @Test
    void aPrivateAddressCanBeAllowed() throws ConfigException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "");
        KeySetUrl url = at("https://127.0.0.2:" + server.getLocalPort() + "/keys", "any");
        assertThatThrownBy(url::fetch).isInstanceOf(ConfigException.class).hasMessageNotContaining("private address");
    }
}
