package presence.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import presence.bench.process.Bench;

/** Every attack, small and short, beside 60 good users. Measures no speed. */
class AttackIT {
    /** Services that are attacked at the same time, each in its own ways: most of an attack is waiting for timeouts. */
    private static final int SERVICES = 4;

    @Test
    void noGoodUserIsDisconnectedAndTheServiceNotices() throws Exception {
        List<String> names = Attacks.names();
        ExecutorService executor = Executors.newFixedThreadPool(SERVICES);
        List<List<String>> parts = IntStream.range(0, SERVICES)
                .mapToObj(part -> IntStream.range(0, names.size())
                        .filter(i -> i % SERVICES == part)
                        .mapToObj(names::get)
                        .toList())
                .toList();
        List<Future<Bench.Ending>> running =
                parts.stream().map(part -> executor.submit(() -> attack(part))).toList();
        executor.shutdown();
        List<Bench.Ending> endings = new ArrayList<>();
        // All of them before any is judged: what still ran when a test ends leaves its service behind.
        for (Future<Bench.Ending> part : running) {
            endings.add(part.get());
        }
        for (int part = 0; part < SERVICES; part++) {
            Bench.Ending ending = endings.get(part);
            assertThat(ending.exit()).as(ending.toString()).isZero();
            assertThat(ending.out()
                            .lines()
                            .filter(line -> line.startsWith("| "))
                            .skip(1)
                            .map(line -> line.split(" ")[1]))
                    .containsExactlyElementsOf(parts.get(part));
        }
    }

    private static Bench.Ending attack(List<String> names) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("attack", "--service", System.getProperty("presence.jar")));
        arguments.addAll(List.of("--only", String.join(",", names)));
        arguments.addAll(List.of("--java-options", Bench.SERVICE_OPTIONS, "--warmup", "1", "--seconds", "1"));
        arguments.addAll(List.of("--boards", "6", "--users", "10", "--hz", "10", "--scale", "0.02"));
        // So that all limits are reached by a fiftieth of the attackers.
        for (String setting : List.of(
                "PRESENCE_MAX_HANDSHAKES=200",
                // All good users connect from one address.
                "PRESENCE_MAX_HANDSHAKES_PER_ADDRESS=100",
                "PRESENCE_MAX_BUFFERED_MB=4",
                "PRESENCE_RELIABLE_LANE_BYTES=1048576",
                "PRESENCE_HANDSHAKE_TIMEOUT_MS=4000",
                "PRESENCE_FIRST_FRAME_TIMEOUT_MS=5000",
                "PRESENCE_GRACE_MS=1000")) {
            arguments.addAll(List.of("--set", setting));
        }
        return Bench.run(arguments.toArray(new String[0]));
    }
}
