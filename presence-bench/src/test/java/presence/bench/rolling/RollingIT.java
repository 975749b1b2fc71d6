package presence.bench.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import presence.bench.process.Bench;
import presence.bench.process.Programs;

/** Three nodes restarted under 60 users. Measures no speed. */
class RollingIT {
    @Test
    void noLeaveOrJoinIsShown() throws Exception {
        needs("haproxy");
        needs("redis-server");
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

    private static void needs(String program) {
        boolean there = Programs.onPath(program) != null;
        if ("true".equals(System.getenv("PRESENCE_TEST_REQUIRE_TOOLS"))) {
            assertThat(there).as(program + " is installed").isTrue();
        } else if (!there) {
            System.out.println("NOT RUN: rolling restart, needs " + program);
        }
        Assumptions.assumeTrue(there, program);
    }
}
