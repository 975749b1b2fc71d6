package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.files.AclRule;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** The password in {@code REDIS_URL_FILE} changes while nodes run. */
@Tag("redis")
class RotatedPasswordIT {
    private final RedisServer redis = RedisServer.start();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        redis.close();
    }

    private void permit(String... rules) throws Exception {
        String[] command = new String[3 + rules.length];
        List<String> head = List.of("ACL", "SETUSER", "presence");
        for (int i = 0; i < command.length; i++) {
            command[i] = i < 3 ? head.get(i) : rules[i - 3];
        }
        Resp.require(redis.port(), command);
    }

    private String url(String password) {
        return redis.url().replace(":secret@", ":" + password + "@");
    }

    @Test
    void connectionsMadeAfterAPasswordWasRotatedUseTheNewOne() throws Exception {
        assertThat(AclRule.documented()).contains(">secret");
        Path file = Files.writeString(folder.resolve("redis-url"), url("secret") + "\n");
        try (TestNode node = TestNode.start(Map.of("REDIS_URL_FILE", file.toString()));
                TestNode other = TestNode.start(Map.of("REDIS_URL_FILE", file.toString()));
                TestClient ada = TestClient.join(node.ws(), "b1", "Ada");
                TestClient bob = TestClient.join(other.ws(), "b1", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            permit("resetpass", ">second");
            Resp.require(redis.port(), "CLIENT", "KILL", "USER", "presence");
            await().atMost(Duration.ofSeconds(20)).until(() -> node.metric("presence_redis_up") == 0);
            Files.writeString(file, "half a li");
            await().until(() -> rejected() > 3);
            Files.writeString(file, url("second"));
            for (TestNode each : List.of(node, other)) {
                await().atMost(Duration.ofSeconds(20)).until(() -> each.metric("presence_redis_up") == 1);
            }
            try (TestClient cleo = TestClient.join(other.ws(), "b1", "Cleo")) {
                ada.awaitNames("Ada", "Bob", "Cleo");
                cleo.awaitNames("Ada", "Bob", "Cleo");
            }
        }
    }

    private double rejected() {
        return String.join("\n", Resp.ask(redis.port(), "INFO", "errorstats"))
                .lines()
                .filter(line -> line.startsWith("errorstat_WRONGPASS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }
}
