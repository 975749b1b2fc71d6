package presence.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import presence.bench.process.FloorProcess;
import presence.bench.process.Server;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmReport;

/** Compares the service's cost with a bare C server that does the same reads and writes. */
@Command(
        name = "floor",
        description = {
            "Loads the service and a bare C server with the same swarm, in turn, and compares their CPU per position.",
            "The C server is compiled first; the servers run on core 0, the swarm on core 1."
        },
        footer = {
            "",
            "Example: presence-bench floor --service presence-service/target/presence-service.jar --boards 20 --users 10"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class FloorCommand implements Callable<Integer> {
    @Mixin
    private TestBed testBed = new TestBed();

    @Option(names = "--boards", description = "number of boards")
    private int boards = 20;

    @Option(names = "--users", description = "users on each board")
    private int users = 10;

    @Option(names = "--hz", description = "moves per second and user")
    private double hz = 20;

    @Option(names = "--tick-hz", description = "cursor frames per second and board, of both servers")
    private int tickHz = 30;

    @Option(names = "--rounds", description = "times each server is measured")
    private int rounds = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds is " + rounds + ", but must be at least 1");
        }
        testBed.requireJar();
        Path folder = Files.createTempDirectory("presence-floor");
        Path program = FloorProcess.compile(folder);
        Load load = Load.of(boards, users, hz);
        List<Double> floors = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            double floor;
            double own;
            try (FloorProcess server = FloorProcess.start(program, tickHz)) {
                floor = cost(load, server);
            }
            try (ServiceProcess service = testBed.service(Map.of("PRESENCE_TICK_HZ", Integer.toString(tickHz)))) {
                own = cost(load, service);
            }
            floors.add(floor);
            ours.add(own);
            ratios.add(own / floor);
            print("round %d: ratio %.2f (ours %.3f us, floor %.3f us)", round, own / floor, own, floor);
        }
        print(
                "floor ratio %.2f (ours %.2f us, floor %.2f us, median of %d)",
                Median.of(ratios), Median.of(ours), Median.of(floors), rounds);
        return 0;
    }

    private double cost(Load load, Server server) throws IOException, InterruptedException {
        SwarmReport report = testBed.swarm(load, List.of(server));
        String flaws = report.flaws();
        if (!flaws.isEmpty()) {
            TestBed.say("flawed: %s", flaws);
        }
        return report.costMicros();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
