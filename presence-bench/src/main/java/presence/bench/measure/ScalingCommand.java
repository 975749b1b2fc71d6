package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.OpenFiles;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmReport;

/** Measures how the cost of a position changes with the size of a board, the number of boards and of nodes. */
@Command(
        name = "scaling",
        description = {
            "Measures CPU per delivered position for users per board, boards and nodes, and prints Markdown tables.",
            "Moves per second are lowered where a swarm could not keep up; the table shows the rate."
        },
        footer = {"", "Example: presence-bench scaling --only users --warmup 10 --seconds 5"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class ScalingCommand implements Callable<Integer> {
    /** Dimensions of the tables. */
    enum Axis {
        USERS,
        BOARDS,
        NODES
    }

    private static final double HZ = 20;
    /** Moves per second that a swarm on one core can send in time. */
    private static final double MOST_SENT = 8_000;
    /** Positions per second that it can count. */
    private static final double MOST_DELIVERED = 2_000_000;
    /** Users on all boards together, where the number of boards is free. */
    private static final int ALL_USERS = 200;

    private static final int SPARE_FILES = 100;

    @Mixin
    private TestBed testBed = new TestBed();

    @Option(names = "--only", split = ",", description = "among ${COMPLETION-CANDIDATES}; all unless given")
    private List<Axis> only = List.of(Axis.values());

    @Option(names = "--most", description = "leave out points beyond this many users, boards or nodes")
    private int most = Integer.MAX_VALUE;

    @Override
    public Integer call() throws IOException, InterruptedException {
        testBed.requireJar();
        for (Axis axis : only) {
            System.out.println();
            System.out.println(
                    "| nodes | boards | users per board | hz | CPU us per position | p50 age, ms | p99 age, ms"
                            + " | positions a second | CPU of the swarm | remark |");
            System.out.println("|---|---|---|---|---|---|---|---|---|---|");
            for (Trial trial : trials(axis)) {
                measure(trial);
            }
        }
        return 0;
    }

    private List<Trial> trials(Axis axis) throws IOException {
        return switch (axis) {
            case USERS ->
                steps(2, 10, 50, 200, 1_000)
                        .map(users -> Trial.of(1, bounded(Math.max(1, ALL_USERS / users), users)))
                        .toList();
            case BOARDS -> {
                int possible = (int) Math.min(Integer.MAX_VALUE, (OpenFiles.limit() - SPARE_FILES) / 2);
                yield steps(1, 10, 100, 1_000, 10_000)
                        .map(boards -> Trial.of(1, bounded(Math.min(boards, possible), 2)))
                        .toList();
            }
            case NODES ->
                steps(1, 2, 3).map(nodes -> Trial.of(nodes, bounded(20, 10))).toList();
        };
    }

    private Stream<Integer> steps(Integer... steps) {
        return Stream.of(steps).filter(step -> step <= most);
    }

    /** Returns a load whose rate does not exceed the swarm's capacity. */
    static Load bounded(int boards, int users) {
        double allUsers = (double) boards * users;
        double hz = Math.min(HZ, Math.min(MOST_SENT / allUsers, MOST_DELIVERED / (allUsers * (users - 1))));
        return Load.of(boards, users, hz);
    }

    private void measure(Trial trial) throws IOException, InterruptedException {
        Load load = trial.load();
        TestBed.say("%s", trial);
        String point = String.format(
                Locale.ROOT, "| %d | %,d | %,d | %s |", trial.nodes(), load.boards(), load.users(), load.rate());
        try {
            SwarmReport report = trial.run(testBed).swarm();
            System.out.println(point
                    + String.format(
                            Locale.ROOT,
                            " %s | %.1f | %.1f | %,.0f | %.0f %% | %s |",
                            Figure.plain(report.costMicros(), Locale.ROOT),
                            report.ageP50Ms(),
                            report.ageP99Ms(),
                            report.delivered() / report.seconds(),
                            report.swarmCpu() * 100,
                            report.flaws()));
        } catch (CannotMeasureException e) {
            System.out.println(point + " | | | | | NOT RUN: " + e.getMessage() + " |");
        }
    }
}
