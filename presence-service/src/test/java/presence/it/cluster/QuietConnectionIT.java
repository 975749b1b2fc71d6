package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.Resp;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Idle connections of a node to a Redis that closes idle ones. */
@Tag("redis")
class QuietConnectionIT {
    private final RedisServer redis = RedisServer.start("--timeout", "3");

    @AfterEach
    void stop() {
        redis.close();
    }

    private List<String> info(String section) {
        return String.join("\n", Resp.ask(redis.port(), "INFO", section))
                .lines()
                .toList();
    }

    private static boolean isOld(String client) {
        // Listed as "… age=9 idle=1 …".
        return Integer.parseInt(client.replaceFirst("(?s).* age=(\\d+) .*", "$1")) >= 8;
    }

    @Test
    void noneIsIdleForLongAndNothingIsAskedForThatRedisRefuses() {
        // A tenth of the default, so that ten times as long is short.
        try (TestNode node = TestNode.start(Map.of(
                "REDIS_URL", redis.url(), "PRESENCE_NODE_HEARTBEAT_MS", "100", "PRESENCE_NODE_LEASE_MS", "4000"))) {
            // All three, however late the machine lets the last one connect; one that Redis closed is counted below.
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(clients().stream().filter(QuietConnectionIT::isOld))
                            .hasSize(3));
            assertThat(node.metric("presence_redis_reconnects_total")).isZero();
            // Unknown commands and missing rights; scripts that are not cached yet are expected.
            assertThat(info("errorstats")).noneMatch(line -> line.matches("errorstat_(ERR|NOPERM):.*"));
        }
    }

    private List<String> clients() {
        return String.join("\n", Resp.ask(redis.port(), "CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=presence "))
                .toList();
    }
}
