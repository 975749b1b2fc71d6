package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.process.NodeProcess;
import presence.testing.process.Ports;
import presence.testing.process.RedisServer;

/** The jar's subcommands that exit by themselves. */
@Tag("redis")
class CommandLineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static String output(int exit, Map<String, String> environment, String... arguments) {
        try (NodeProcess command = NodeProcess.launch(environment, arguments)) {
            assertThat(command.waitFor(PATIENCE)).as(command.log()).isEqualTo(exit);
            return command.log();
        }
    }

    @Test
    void settingsAreTakenBeforeAndAfterTheNameAndFromTheEnvironment() {
        String config = output(
                0,
                Map.of("REDIS_URL", "redis://u:hunter2@h", "OPS_PORT", "1234", "LOG_LEVEL", "warn"),
                "--ws-port=4000",
                "--tick-hz=20",
                "config",
                "--tick-hz=60");
        assertThat(config)
                .containsPattern("(?m)^WS_PORT +4000 +option$")
                .containsPattern("(?m)^PRESENCE_TICK_HZ +60 +option$")
                .containsPattern("(?m)^OPS_PORT +1234 +environment$")
                .containsPattern("(?m)^REDIS_URL +\\(set\\) +environment$")
                .doesNotContain("hunter2");
    }

    @Test
    void anInvalidConfigurationIsToldAsServingTellsIt() {
        Map<String, String> invalid = Map.of("PRESENCE_TICK_HZ", "0");
        String told = "presence-service: PRESENCE_TICK_HZ=0 must be a whole number from 1 to 120\n";
        assertThat(output(1, invalid)).isEqualTo(told);
        assertThat(output(1, invalid, "config", "--json")).isEqualTo(told);
        assertThat(output(1, invalid, "doctor")).startsWith("FAIL  configuration  PRESENCE_TICK_HZ=0 must be");
    }

    @Test
    void theDoctorSaysByItsExitCodeHowItIs() throws Exception {
        String away = "redis://u:hunter2@127.0.0.1:" + Ports.free();
        assertThat(output(1, Map.of("REDIS_URL", away), "doctor"))
                .containsPattern("(?m)^FAIL  redis +cannot connect to Redis at 127.0.0.1:")
                .doesNotContain("hunter2");
        try (RedisServer redis = RedisServer.start()) {
            String json = output(0, Map.of("REDIS_URL", redis.url()), "doctor", "--json");
            JsonObject report = JsonParser.parseString(json).getAsJsonObject();
            assertThat(report.get("ok").getAsBoolean()).isTrue();
            assertThat(report.getAsJsonArray("checks")).hasSizeGreaterThan(8);
        }
    }

    @Test
    void noRedisIsASingleNode() {
        assertThat(output(0, Map.of("REDIS_URL", ""), "doctor")).containsPattern("(?m)^warn  redis url +not set");
    }
}
