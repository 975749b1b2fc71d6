package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.client.TestClient;
import presence.testing.crypto.Certificates;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** A Redis with TLS only, which requires client certificates. The embedded binary and some packages have no TLS. */
@Tag("redis")
class RedisTlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String[] TAIL_USER =
            "--user tail on >pw resetchannels &presence:* -@all +psubscribe +ping".split(" ");

    @TempDir
    private Path folder;

    private Path ofServer;
    private Path ofNodes;
    private X509Bundle authority;
    private RedisServer redis;

    @BeforeAll
    static void needsTls() {
        RedisServer.assumeTls("RedisTlsIT");
    }

    @BeforeEach
    void start() throws IOException {
        ofServer = Files.createDirectory(folder.resolve("server"));
        ofNodes = Files.createDirectory(folder.resolve("nodes"));
        authority = Certificates.authority("ours");
        writeServer(authority, "localhost");
        writeNodes(authority, authority);
        redis = RedisServer.startWithTls(ofServer, TAIL_USER);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private void writeServer(X509Bundle signer, String host) throws IOException {
        Certificates.write(Certificates.issue(signer, host), ofServer);
        Files.writeString(ofServer.resolve("ca.pem"), signer.getCertificatePEM());
    }

    private void writeNodes(X509Bundle trusted, X509Bundle signer) throws IOException {
        Files.writeString(ofNodes.resolve("ca.pem"), trusted.getCertificatePEM());
        Certificates.write(Certificates.issue(signer, "node"), ofNodes);
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "REDIS_URL", redis.url(),
                "PRESENCE_REDIS_CA", ofNodes.resolve("ca.pem").toString(),
                "PRESENCE_REDIS_CERT", ofNodes.resolve("cert.pem").toString(),
                "PRESENCE_REDIS_KEY", ofNodes.resolve("key.pem").toString()));
    }

    @Test
    void twoNodesMeet() {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), "tls", "Ada");
                TestClient bob = TestClient.join(two.ws(), "tls", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            ada.cursor(16, 32);
            bob.awaitCursor("Ada", 16, 32);
            assertThat(ada.complaints()).isEmpty();
        }
    }

    /** @param reason TLS's reason, in the one line with which the start fails */
    private static void assertRefused(Map<String, String> settings, String reason) {
        try (NodeProcess node = NodeProcess.launch(settings)) {
            assertThat(node.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(node.log())
                    .containsPattern(
                            "(?m)^presence-service: cannot connect to Redis at localhost:\\d+: TLS: .*" + reason)
                    .doesNotContain("\tat ")
                    .doesNotContain("secret");
        }
    }

    @Test
    void withoutACertificateANodeIsRefused() {
        Map<String, String> settings = settings();
        settings.keySet().removeAll(List.of("PRESENCE_REDIS_CERT", "PRESENCE_REDIS_KEY"));
        assertRefused(settings, "certificate");
    }

    @Test
    void anUntrustedCertificateIsRefused() throws IOException {
        writeNodes(authority, Certificates.authority("theirs"));
        assertRefused(settings(), "");
    }

    @Test
    void aRedisThatAnotherAuthorityVouchesForIsRefused() throws IOException {
        writeNodes(Certificates.authority("theirs"), authority);
        assertRefused(settings(), "unable to find valid certification path");
    }

    @Test
    void withoutAnAuthorityThoseOfTheJvmCount() {
        Map<String, String> settings = settings();
        settings.remove("PRESENCE_REDIS_CA");
        assertRefused(settings, "unable to find valid certification path");
    }

    @Test
    void aRedisWithAnotherNameIsRefused() throws IOException {
        redis.kill();
        writeServer(authority, "elsewhere.example");
        redis.startAgain();
        assertRefused(settings(), "No subject alternative DNS name matching localhost found");
    }

    @Test
    void unusableFilesStopTheStartWithALineThatNamesTheSetting() throws IOException {
        Files.writeString(
                ofNodes.resolve("key.pem"), Certificates.authority("other").getPrivateKeyPEM());
        assertThatThrownBy(() -> TestNode.start(settings()).close())
                .hasMessageContaining("PRESENCE_REDIS_CERT, PRESENCE_REDIS_KEY: the key in ")
                .hasMessageContaining(" is not that of the certificate in ");
        Files.writeString(ofNodes.resolve("ca.pem"), "no PEM");
        try (NodeProcess node = NodeProcess.launch(settings());
                NodeProcess doctor = NodeProcess.launch(settings(), "doctor")) {
            assertThat(node.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(node.log())
                    .contains("presence-service: PRESENCE_REDIS_CA: " + ofNodes.resolve("ca.pem")
                            + " holds no \"BEGIN CERTIFICATE\"")
                    .doesNotContain("\tat ");
            assertThat(doctor.waitFor(PATIENCE)).isEqualTo(1);
            assertThat(doctor.log()).containsPattern("(?m)^FAIL  redis tls +PRESENCE_REDIS_CA: ");
        }
    }

    @Test
    void renewedCertificatesAreTakenByTheNextConnectionAndBadOnesAreNot() throws IOException {
        try (TestNode node = TestNode.start(settings())) {
            X509Bundle next = Certificates.authority("next");
            redis.kill();
            writeServer(next, "localhost");
            Files.writeString(ofNodes.resolve("ca.pem"), "half a certif");
            redis.startAgain(TAIL_USER);
            await().until(() -> node.metric("presence_redis_up") == 0);
            writeNodes(next, next);
            await().atMost(PATIENCE).until(() -> node.metric("presence_redis_up") == 1);

            Files.writeString(ofNodes.resolve("ca.pem"), "half a certif");
            redis.kill();
            await().until(() -> node.metric("presence_redis_up") == 0);
            redis.startAgain(TAIL_USER);
            await().atMost(PATIENCE).until(() -> node.metric("presence_redis_up") == 1);
        }
    }

    @Test
    void doctorAndTailUseTheSameSettings() {
        Map<String, String> listener = settings();
        listener.put("REDIS_URL", redis.operatorUrl().replace("//", "//tail:pw@"));
        Map<String, String> patient = settings();
        // A TLS handshake of a JVM that has just started on a busy machine.
        patient.put("PRESENCE_REDIS_TIMEOUT_MS", "10000");
        try (NodeProcess doctor = NodeProcess.launch(patient, "doctor")) {
            assertThat(doctor.waitFor(PATIENCE)).as(doctor.log()).isZero();
            assertThat(doctor.log()).containsPattern("(?m)^ok +commands +all ");
        }
        // Not at the same time as the doctor, whose message would arrive first.
        try (NodeProcess tail = NodeProcess.launch(listener, "tail", "--count", "1");
                TestNode node = TestNode.start(settings())) {
            // A node publishes a heartbeat every two seconds.
            assertThat(tail.waitFor(PATIENCE)).isZero();
            assertThat(tail.log()).contains(node.id().substring(0, 8));
        }
    }
}
