package presence.it.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.crypto.Certificates;
import presence.testing.crypto.Tokens;
import presence.testing.process.Command;
import presence.testing.process.Haproxy;
import presence.testing.process.NodeProcess;
import presence.testing.process.NodeTests;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/** The demo page in a real browser: a mouse move in one page is a cursor in the other. */
@WithRedis
@Requires({Tool.NODE, Tool.NPM, Tool.CHROMIUM})
class DemoPageIT {
    private static final Path DEMO = Command.root().resolve("presence-demo");

    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    @Test
    void twoPagesOfASingleNodeSeeEachOther() {
        try (TestNode node = TestNode.alone()) {
            String page = "http://127.0.0.1:" + node.publicPort() + "/";
            String seen = twoPages(page, page, "demo-one-node.png");
            assertThat(seen).contains(node.id());
        }
    }

    @Test
    void twoPagesWithTokensSeeEachOtherOverTls(@TempDir Path folder) {
        Certificates.write(Certificates.make("localhost", Algorithm.ecp256), folder);
        Map<String, String> settings = Map.of(
                "PRESENCE_TLS_CERT",
                folder.resolve("cert.pem").toString(),
                "PRESENCE_TLS_KEY",
                folder.resolve("key.pem").toString(),
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_SECRET",
                Tokens.SECRET);
        try (TestNode node = TestNode.start(settings)) {
            String page = "https://localhost:" + node.publicPort() + "/#token=";
            twoPages(page + Tokens.of("ada"), page + Tokens.of("bob"), "demo-tls.png");
        }
    }

    @Test
    @Requires(Tool.HAPROXY)
    void twoPagesOnTwoNodesBehindTheBalancerSeeEachOther(TestRedis redis) {
        Map<String, String> settings = Map.of(
                "REDIS_URL", redis.url(), "PRESENCE_PREFIX", "t-" + UUID.randomUUID(), "PRESENCE_PROXY_PROTOCOL", "on");
        try (NodeProcess one = NodeProcess.start(settings);
                NodeProcess two = NodeProcess.start(settings);
                Haproxy balancer = Haproxy.start(List.of(one.publicPort(), two.publicPort()))) {
            String page = "http://127.0.0.1:" + balancer.port() + "/";
            String seen = twoPages(page, page, "demo-two-nodes.png", "--different-nodes");
            assertThat(seen).contains(one.id()).contains(two.id());
        }
    }

    private static String twoPages(String a, String b, String screenshot, String... more) {
        Path picture = Path.of(System.getProperty("presence.artifacts"), screenshot);
        List<String> command = new java.util.ArrayList<>(List.of(
                Tool.NODE.path(),
                "test-browser/two-pages.mjs",
                "--url-a",
                a,
                "--url-b",
                b,
                "--screenshot",
                picture.toString()));
        command.addAll(List.of(more));
        Command.Result result =
                Command.in(DEMO).with("CHROMIUM", Tool.CHROMIUM.path()).run(Duration.ofMinutes(2), command);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(picture).isNotEmptyFile();
        return result.output();
    }
}
