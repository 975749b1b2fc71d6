package presence.bench.rolling;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.measure.TestBed;
import presence.bench.process.HaproxyProcess;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;

/** Measures what it brings that a load balancer sends the users of a board to the same node. */
@Command(
        name = "placement",
        description = {
            "Runs three nodes behind HAProxy with users spread by chance, then with the users of a board on one node.",
            "Measures each with all nodes, after a node is killed, after it is added again, and after one has drained. "
                    + "Ends with 1 where a user did not come back to a complete roster."
        },
        footer = {"", "Example: presence-bench placement --boards 100 --users 10"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class PlacementCommand implements Callable<Integer> {
    private static final String HEADER = "| placement | after | nodes per board | connections of the nodes "
            + "| publishes a second | CPU us per position | positions a second | users off the board | longest, ms |\n"
            + "|---|---|---|---|---|---|---|---|---|";

    @Mixin
    private TestBed testBed = new TestBed("-XX:+UseSerialGC -Xmx512m", 25, 10);

    @Mixin
    private BalancedLoad load = new BalancedLoad();

    @Option(names = "--configurations", description = "folder of haproxy.cfg and haproxy-affinity.cfg")
    private Path configurations = Path.of("docker");

    @Option(names = "--hz", description = "moves per second and user")
    private double hz = 3;

    @Option(names = "--only", split = ",", description = "among ${COMPLETION-CANDIDATES}; all unless given")
    private List<Placement> only = List.of(Placement.values());

    @Override
    public Integer call() throws IOException, InterruptedException {
        testBed.requireJar();
        Path binary = load.prepare();
        System.out.println(HEADER);
        for (Placement placement : only) {
            Path configuration =
                    BalancedLoad.configuration(configurations.resolve(placement.configuration()), "--configurations");
            measure(placement, binary, configuration);
        }
        return 0;
    }

    private void measure(Placement placement, Path binary, Path configuration)
            throws IOException, InterruptedException {
        List<ServiceProcess> nodes = new ArrayList<>();
        try (RedisProcess redis = testBed.redis()) {
            for (int i = 0; i < PlacementRun.NODES; i++) {
                nodes.add(testBed.service(PlacementRun.settings(redis)));
            }
            boolean affinity = placement == Placement.BY_BOARD;
            try (HaproxyProcess balancer = HaproxyProcess.start(binary, configuration, nodes, load.clients());
                    MigratingUsers migrating = new MigratingUsers(balancer.url(), affinity, load.boards, load.users)) {
                new PlacementRun(testBed, placement, redis, nodes, balancer, migrating).measureAll(hz);
            }
        } finally {
            nodes.parallelStream().forEach(ServiceProcess::close);
        }
    }
}
