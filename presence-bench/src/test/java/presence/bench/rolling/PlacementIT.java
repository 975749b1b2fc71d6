package presence.bench.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.bench.process.Bench;

/** Three nodes behind HAProxy, which sends the users of a board to one of them. Measures no speed. */
class PlacementIT {
    @Test
    void aBoardsUsersAreKeptTogetherWhileNodesComeAndGo() throws Exception {
        Needs.programs("haproxy", "redis-server");
        List<String> arguments = new ArrayList<>(List.of("placement", "--service", System.getProperty("presence.jar")));
        arguments.addAll(List.of("--configurations", Path.of("..", "docker").toString()));
        arguments.addAll(List.of("--java-options", Bench.SERVICE_OPTIONS, "--warmup", "0", "--seconds", "1"));
        arguments.addAll(List.of("--only", "BY_BOARD", "--boards", "30", "--users", "4"));

        Bench.Ending ending = Bench.runPinned(arguments.toArray(new String[0]));

        assertThat(ending.exit()).as(ending.toString()).isZero();
        assertThat(ending.out().lines().skip(2)).hasSize(5);
        double nodesPerBoard =
                Double.parseDouble(ending.out().split("\\| start \\| ", 2)[1].split(" ", 2)[0]);
        // By chance it is 2.4.
        assertThat(nodesPerBoard).as(ending.toString()).isLessThan(1.5);
    }
}
