package presence.bench.rolling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.measure.TestBed;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Core;
import presence.bench.process.HaproxyProcess;
import presence.bench.process.OpenFiles;
import presence.bench.process.Programs;
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

    @Option(names = "--haproxy", description = "haproxy to start; the one on the PATH unless given")
    private @Nullable Path haproxy;

    @Option(names = "--configurations", description = "folder of haproxy.cfg and haproxy-affinity.cfg")
    private Path configurations = Path.of("docker");

    @Option(names = "--boards", description = "number of boards")
    private int boards = 100;

    @Option(names = "--users", description = "users on each board")
    private int users = 10;

    @Option(names = "--hz", description = "moves per second and user")
    private double hz = 3;

    @Option(names = "--only", split = ",", description = "among ${COMPLETION-CANDIDATES}; all unless given")
    private List<Placement> only = List.of(Placement.values());

    @Override
    public Integer call() throws IOException, InterruptedException {
        testBed.requireJar();
        Path binary = haproxy == null ? Programs.onPath("haproxy") : haproxy;
        if (binary == null) {
            throw new CannotMeasureException("no haproxy on the PATH: install one, or say where with --haproxy");
        }
        // A user has two connections while it changes nodes, and HAProxy two for each of these.
        OpenFiles.require(4L * boards * users + 500);
        Core.LOAD.take();
        System.out.println(HEADER);
        for (Placement placement : only) {
            Path configuration = configurations.resolve(placement.configuration());
            if (!Files.isRegularFile(configuration)) {
                throw new CannotMeasureException("no " + configuration + ": say where with --configurations");
            }
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
            int clients = 2 * boards * users + 100;
            boolean affinity = placement == Placement.BY_BOARD;
            try (HaproxyProcess balancer = HaproxyProcess.start(binary, configuration, nodes, clients);
                    MigratingUsers migrating = new MigratingUsers(balancer.url(), affinity, boards, users)) {
                new PlacementRun(testBed, placement, redis, nodes, balancer, migrating).measureAll(hz);
            }
        } finally {
            nodes.parallelStream().forEach(ServiceProcess::close);
        }
    }
}
