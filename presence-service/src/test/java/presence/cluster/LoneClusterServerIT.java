package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.doctor.Finding.Status;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.testing.RedisCluster;
import presence.testing.RedisServer;
import presence.testing.Resp;
import presence.testing.TestClient;
import presence.testing.TestNode;

/** A {@code REDIS_URL} with one address that is a server of a Redis Cluster, and what the doctor says of Clusters. */
class LoneClusterServerIT {
    private static final Pattern LINE = Pattern.compile("redis://([0-9.:]+,[0-9.:]+)");

    private static RedisCluster redis;
    private static RedisServer server;

    private final String prefix = "t-" + UUID.randomUUID();

    @BeforeAll
    static void startRedis() {
        redis = RedisCluster.start(Duration.ofSeconds(5));
        server = redis.masterOf("any");
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    private static List<Finding> failures(Map<String, String> settings) throws ConfigException {
        List<Finding> findings = new ArrayList<>();
        new Doctor(ServiceConfig.from(settings).redis(), findings::add).examine();
        return findings.stream()
                .filter(finding -> finding.status() == Status.FAIL)
                .toList();
    }

    /** The URL that a message says to write, for the user of the nodes. */
    private static String advised(String message) {
        Matcher line = LINE.matcher(message);
        assertThat(line.find()).as(message).isTrue();
        return "redis://presence:secret@" + line.group(1);
    }

    @Test
    void theStartIsRefusedWithTheLineToWriteAndThatLineMakesACluster() {
        Throwable refused =
                catchThrowable(() -> TestNode.on(server.url(), prefix).close());
        assertThat(refused).hasMessageContaining("REDIS_URL names one address").hasMessageNotContaining("secret");
        assertThat(catchThrowable(() -> TestNode.start(Map.of(
                                "REDIS_URL",
                                server.url(),
                                "PRESENCE_PREFIX",
                                prefix,
                                "PRESENCE_REDIS_REQUIRED",
                                "false"))
                        .close()))
                .hasMessageContaining("REDIS_URL names one address");
        String url = advised(refused.getMessage());
        try (TestNode one = TestNode.on(url, prefix);
                TestNode two = TestNode.on(url, prefix)) {
            for (int i = 0; i < 6; i++) {
                // Of every server's slots.
                try (TestClient ada = TestClient.join(one.ws(), "board-" + i, "Ada");
                        TestClient bob = TestClient.join(two.ws(), "board-" + i, "Bob")) {
                    ada.awaitNames("Ada", "Bob");
                    bob.awaitNames("Ada", "Bob");
                }
            }
        }
    }

    @Test
    void theDoctorSaysTheSame() throws Exception {
        List<Finding> failures = failures(Map.of("REDIS_URL", server.url()));
        assertThat(failures).extracting(Finding::check).containsExactly("cluster");
        assertThat(failures(Map.of("REDIS_URL", advised(failures.get(0).advice()), "PRESENCE_PREFIX", prefix)))
                .isEmpty();
    }

    @Test
    void theDoctorNamesTheRightsForShardChannels() throws Exception {
        Map<String, String> sharded = Map.of("REDIS_URL", redis.url(), "PRESENCE_REDIS_PUBSUB", "sharded");
        assertThat(failures(sharded)).isEmpty();
        for (String right : List.of("ssubscribe", "spublish", "sunsubscribe")) {
            permit("-" + right);
            try {
                assertThat(failures(sharded))
                        .extracting(Finding::advice)
                        .contains("add +" + right + " to this Redis user");
            } finally {
                permit("+" + right);
            }
        }
        assertThat(failures(Map.of("REDIS_URL", redis.url()))).isEmpty();
    }

    private static void permit(String rule) throws Exception {
        Pattern port = Pattern.compile(":(\\d+)");
        Matcher ports = port.matcher(redis.url().replaceFirst("redis://[^@]*@", "redis://"));
        while (ports.find()) {
            Resp.require(Integer.parseInt(ports.group(1)), "ACL", "SETUSER", "presence", rule);
        }
    }
}
