package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.crypto.Certificates;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;

/** The public port with a certificate. */
class TlsIT {
    private static final String TAKEN = "presence_tls_reloads_total{result=\"taken\"}";
    private static final String FAILED = "presence_tls_reloads_total{result=\"failed\"}";

    @TempDir
    private Path folder;

    private final X509Bundle first = Certificates.make("first", Algorithm.ecp256);

    @BeforeEach
    void writeFirst() {
        Certificates.write(first, folder);
    }

    private Map<String, String> settings() {
        return Map.of(
                "PRESENCE_TLS_CERT", folder.resolve("cert.pem").toString(),
                "PRESENCE_TLS_KEY", folder.resolve("key.pem").toString(),
                "PRESENCE_FILES_CHECK_MS", "100");
    }

    private static URI wss(int port) {
        return URI.create("wss://localhost:" + port + "/ws");
    }

    private static TestClient connect(int port, X509Bundle trusted) {
        return TestClient.connect(wss(port), Certificates.trusting(trusted), builder -> {});
    }

    /** The certificate of a new connection. */
    private static Certificate shown(int port, X509Bundle... trusted) throws IOException {
        try (SSLSocket socket = socket(port, trusted)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLSocket socket(int port, X509Bundle... trusted) throws IOException {
        return (SSLSocket) Certificates.context(trusted).getSocketFactory().createSocket("localhost", port);
    }

    private static void twoPeopleMeet(int port, X509Bundle trusted) {
        try (TestClient ada = connect(port, trusted);
                TestClient bob = connect(port, trusted)) {
            ada.join("tls", "Ada");
            bob.join("tls", "Bob");
            ada.awaitNames("Ada", "Bob");
            bob.cursor(16, 32);
            ada.awaitCursor("Bob", 16, 32);
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "rsa2048"})
    void peopleMeetOverTls(Algorithm algorithm) {
        X509Bundle bundle = Certificates.make("any", algorithm);
        Certificates.write(bundle, folder);
        try (TestNode node = TestNode.start(settings())) {
            twoPeopleMeet(node.publicPort(), bundle);
        }
    }

    @Test
    void withoutBoringSslTheJdkDoesIt() {
        Map<String, String> settings = new HashMap<>(settings());
        settings.put("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true");
        try (NodeProcess node = NodeProcess.start(settings)) {
            assertThat(node.log()).contains("tls on provider=JDK");
            twoPeopleMeet(node.publicPort(), first);
        }
    }

    @Test
    void theJarBringsBoringSsl() {
        try (NodeProcess node = NodeProcess.start(settings())) {
            assertThat(node.log()).contains("tls on provider=OPENSSL");
            twoPeopleMeet(node.publicPort(), first);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksTheTwoVersionsThatAreSafe(String version) throws IOException {
        try (TestNode node = TestNode.start(settings());
                SSLSocket socket = socket(node.publicPort(), first)) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"})
    void weakSuitesAreNotSpoken(String suite) throws IOException {
        try (TestNode node = TestNode.start(settings());
                SSLSocket socket = socket(node.publicPort(), first)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {suite});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void aConnectionWithoutTlsIsClosedAndOthersStay() throws IOException {
        try (TestNode node = TestNode.start(settings());
                TestClient ada = connect(node.publicPort(), first);
                Socket plain = new Socket("127.0.0.1", node.publicPort())) {
            ada.join("tls", "Ada");
            ada.awaitNames("Ada");
            plain.getOutputStream().write("GET /ws HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            plain.setSoTimeout(10_000);
            // An alert may come before the end.
            plain.getInputStream().readAllBytes();
            assertThat(ada.closeCode()).isEqualTo(-1);
        }
    }

    @Test
    void aChangedCertificateIsTakenWithoutARestart() throws Exception {
        X509Bundle second = Certificates.make("second", Algorithm.rsa2048);
        try (TestNode node = TestNode.start(settings());
                TestClient ada = connect(node.publicPort(), first)) {
            ada.join("tls", "Ada");
            ada.awaitNames("Ada");
            assertThat(shown(node.publicPort(), first)).isEqualTo(first.getCertificate());

            Certificates.write(second, folder);
            await().untilAsserted(() ->
                    assertThat(shown(node.publicPort(), first, second)).isEqualTo(second.getCertificate()));
            await().until(() -> Metrics.read(node.opsPort(), TAKEN) > 0);
            assertThat(node.metric("presence_tls_certificate_not_after_seconds"))
                    .isEqualTo(second.getCertificate().getNotAfter().getTime() / 1000);
            // Connections with the old certificate stay open.
            try (TestClient bob = connect(node.publicPort(), second)) {
                bob.join("tls", "Bob");
                ada.awaitNames("Ada", "Bob");
            }
        }
    }

    @Test
    void aBadCertificateIsNotTaken() throws Exception {
        try (TestNode node = TestNode.start(settings())) {
            Files.writeString(folder.resolve("cert.pem"), "half a certif");
            await().untilAsserted(() ->
                    assertThat(Metrics.read(node.opsPort(), FAILED)).isPositive());
            assertThat(shown(node.publicPort(), first)).isEqualTo(first.getCertificate());
            twoPeopleMeet(node.publicPort(), first);
        }
    }

    @Test
    void filesThatCannotBeUsedStopTheStartWithOneLine() throws IOException {
        X509Bundle other = Certificates.make("other", Algorithm.ecp256);
        Files.writeString(folder.resolve("key.pem"), other.getPrivateKeyPEM());
        try (NodeProcess node = NodeProcess.launch(settings())) {
            assertThat(node.waitFor(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(node.log())
                    .contains("presence-service: the key in " + folder.resolve("key.pem")
                            + " is not that of the certificate in " + folder.resolve("cert.pem"))
                    .doesNotContain("\tat ");
        }
    }
}
