package presence.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.testing.crypto.Certificates;

class HttpPostIT {
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(exchange.getRequestURI() + " " + body);
        if (exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.sendResponseHeaders(202, -1);
        }
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI url(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    private static int send(HttpPost post, URI url) {
        return post.send(url, Map.of("x", "y"), "{}")
                .toCompletableFuture()
                .join()
                .status();
    }

    @Test
    void sendsToTheAddressThatWasCheckedAndFollowsNoRedirect() {
        List<InetAddress> checked = Collections.synchronizedList(new ArrayList<>());
        try (HttpPost post = new HttpPost(address -> checked.add(address) && address.isLoopbackAddress(), 5_000)) {
            assertThat(send(post, url("/hook?key=1"))).isEqualTo(202);
            assertThat(send(post, url("/moved"))).isEqualTo(302);
        }
        assertThat(received).containsExactly("/hook?key=1 {}", "/moved {}");
        assertThat(checked).isNotEmpty();
    }

    @Test
    void connectsToNoOtherAddress() {
        try (HttpPost post = new HttpPost(address -> !address.isLoopbackAddress(), 5_000)) {
            assertThatThrownBy(() -> send(post, url("/hook"))).hasMessageContaining("private address");
        }
        assertThat(received).isEmpty();
    }

    @Test
    void failsWithoutAServer() {
        URI url = url("/hook");
        server.stop(0);
        try (HttpPost post = new HttpPost(address -> true, 5_000)) {
            assertThatThrownBy(() -> send(post, url)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void sendsOverTlsToTheHostOfATrustedCertificateOnly() throws Exception {
        X509Bundle authority = Certificates.authority("authority");
        X509Bundle issued = Certificates.issue(authority, "localhost");
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(issued.toKeyManagerFactory().getKeyManagers(), null, null);
        secure.setHttpsConfigurator(new HttpsConfigurator(context));
        secure.createContext("/", this::answer);
        secure.start();
        int port = secure.getAddress().getPort();
        SslContextBuilder trusting = SslContextBuilder.forClient().trustManager(authority.getCertificate());
        try (HttpPost trusted = new HttpPost(address -> true, 5_000, trusting);
                HttpPost untrusted = new HttpPost(address -> true, 5_000)) {
            assertThat(send(trusted, URI.create("https://localhost:" + port + "/hook")))
                    .isEqualTo(202);
            assertThatThrownBy(() -> send(trusted, URI.create("https://127.0.0.1:" + port + "/hook")))
                    .hasCauseInstanceOf(SSLException.class);
            assertThatThrownBy(() -> send(untrusted, URI.create("https://localhost:" + port + "/hook")))
                    .hasCauseInstanceOf(SSLException.class);
        } finally {
            secure.stop(0);
        }
        assertThat(received).hasSize(1);
    }
}
