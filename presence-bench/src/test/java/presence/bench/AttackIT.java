package presence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every attack, small and short, beside 60 good users. Says nothing of speed. */
class AttackIT {
    @Test
    void nobodyIsDisconnectedAndTheServiceNotices() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("attack", "--service", System.getProperty("presence.jar")));
        arguments.addAll(List.of("--java-options", Bench.SERVICE_OPTIONS, "--warmup", "1", "--seconds", "1"));
        arguments.addAll(List.of("--boards", "6", "--users", "10", "--hz", "10", "--scale", "0.02"));
        // So that what is limited at all is limited by a fiftieth of the attackers.
        for (String setting : List.of(
                "PRESENCE_MAX_HANDSHAKES=200",
                // All good users come from one address.
                "PRESENCE_MAX_HANDSHAKES_PER_ADDRESS=100",
                "PRESENCE_MAX_BUFFERED_MB=4",
                "PRESENCE_RELIABLE_LANE_BYTES=1048576",
                "PRESENCE_HANDSHAKE_TIMEOUT_MS=4000",
                "PRESENCE_FIRST_FRAME_TIMEOUT_MS=5000",
                "PRESENCE_GRACE_MS=1000")) {
            arguments.addAll(List.of("--set", setting));
        }

        Bench.Ending ending = Bench.run(arguments.toArray(new String[0]));

        assertThat(ending.exit()).as(ending.toString()).isZero();
        assertThat(ending.out()
                        .lines()
                        .filter(line -> line.startsWith("| "))
                        .skip(1)
                        .map(line -> line.split(" ")[1]))
                .containsExactlyElementsOf(Attacks.names());
    }
}
