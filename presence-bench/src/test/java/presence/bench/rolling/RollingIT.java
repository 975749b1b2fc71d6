package presence.bench.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.bench.process.Bench;

/** Three nodes that end and come back under users who reconnect. Measures no speed. */
class RollingIT {
    @Test
    void noLeaveOrJoinIsShown() throws Exception {
        Needs.programs("haproxy", "redis-server");
        List<String> arguments = new ArrayList<>(List.of("rolling", "--service", System.getProperty("presence.jar")));
        arguments.addAll(List.of(
                "--haproxy-config", Path.of("..", "docker", "haproxy.cfg").toString()));
        arguments.addAll(List.of("--java-options", Bench.SERVICE_OPTIONS, "--warmup", "1", "--seconds", "1"));
        arguments.addAll(List.of("--boards", "12", "--users", "5"));
        // A busy machine may be late: no user has to be in time, and the rate is more than they can reach.
        arguments.addAll(List.of("--longest-gap-ms", "600000"));
        for (String setting : List.of("PRESENCE_DRAIN_RATE=1000", "PRESENCE_GRACE_MS=60000")) {
            arguments.addAll(List.of("--set", setting));
        }

        Bench.Ending ending = Bench.run(arguments.toArray(new String[0]));

        assertThat(ending.exit()).as(ending.toString()).isZero();
        assertThat(ending.out().lines().skip(2)).hasSize(3);
    }
}
