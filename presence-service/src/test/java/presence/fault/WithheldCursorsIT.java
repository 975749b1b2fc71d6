package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Injects faults while cursors are withheld: few users on many boards, so that most boards are on one node for a while,
 * and no receiver but the nodes. Rosters, cursors and the invariants are checked as in {@link FaultsIT}.
 */
@Tag("fault")
class WithheldCursorsIT {
    private static final int NODES = 3;
    private static final int PEOPLE = 12;
    private static final int BOARDS = 12;
    private static final int ACTIONS = 20;
    private static final List<Fault> FAULTS = List.of(Fault.KILL_SUBSCRIBERS, Fault.CUT_OFF);

    private final long seed = Long.getLong("presence.fault.seed", System.nanoTime() & 0xFFFFFF);
    private final Scale scale = new Scale(Integer.getInteger("presence.fault.scale", 4));
    private final FaultTable table = new FaultTable("cursors withheld, seed " + seed);

    @Test
    void rostersAndCursorsAreExactAfterFaultsWhileCursorsAreWithheld() {
        System.out.println("[fault] withheld cursors, again with -Dpresence.fault.seed=" + seed);
        // A node that keeps following a board it no longer needs is a receiver.
        Cluster cluster = Cluster.start(NODES, scale, Map.of("PRESENCE_LINGER_SECONDS", "0"));
        try (FaultFixture fixture = FaultFixture.unheardOn(cluster, PEOPLE, BOARDS, scale, new Random(seed))) {
            fixture.users().fill();
            Convergence filled =
                    Convergence.await(() -> fixture.users().differences(Visibility.CLEAR), Duration.ofSeconds(20));
            assertThat(filled.remaining()).isEmpty();
            for (Fault fault : FAULTS) {
                churnUntilWithheld(fixture);
                List<String> wrong = new Round(fixture, List.of(fault), table).run();
                if (!wrong.isEmpty()) {
                    fixture.cluster()
                            .keepLogs(Path.of(System.getProperty("presence.artifacts"), "fault-withheld-" + fault));
                }
                assertThat(wrong).as("%s, seed %d", fault, seed).isEmpty();
            }
            assertThat(fixture.cluster().operator("PUBSUB", "NUMPAT")).containsExactly("0");
        }
    }

    /** Runs random actions until a node withholds more cursors than before. */
    private static void churnUntilWithheld(FaultFixture fixture) {
        double before = withheld(fixture);
        Awaitility.await("cursors are withheld")
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    fixture.users().churn(ACTIONS);
                    return withheld(fixture) > before;
                });
    }

    private static double withheld(FaultFixture fixture) {
        return fixture.cluster().places().stream()
                .mapToDouble(place -> place.node().metric("presence_cursors_unheard_total"))
                .sum();
    }
}
