package presence.bench.measure;

import java.util.List;
import presence.bench.measure.TrialRow.Measure;
import presence.bench.swarm.Load;

/** The rows of boards with large crowds: windows, observers, watchers. */
final class CrowdRows {
    private static final String CPU = "CPU of the nodes, cores";

    private CrowdRows() {}

    static List<Row> all() {
        return List.of(
                new WindowsRow("crowd-1000", windows(1_000)),
                new TrialRow(
                        "crowd-2000",
                        Trial.of(1, windows(2_000)),
                        List.of(
                                cpu(0.8),
                                Measure.p99(new Figure("p99 age of visible cursors, ms", Limit.atMost(60))),
                                mbit(Figure.reported("Mbit/s a viewer")))),
                new TrialRow(
                        "observers-5000",
                        Trial.of(1, Load.of(1, 200, 20).with("--observers", "5000")),
                        List.of(
                                cpu(0.7),
                                new Measure(
                                        new Figure("p99 age at observers, ms", Limit.atMost(150)),
                                        outcome ->
                                                outcome.swarm().requireCrowd().observerAgeP99Ms()),
                                new Measure(
                                        new Figure("positions lost", Limit.atMost(0)),
                                        outcome -> outcome.swarm().lost()),
                                Measure.p99(Figure.reported("p99 age at members, ms")),
                                new Measure(
                                        Figure.reported("frames a second and observer"),
                                        outcome ->
                                                outcome.swarm().requireCrowd().observerHz()))),
                new CrowdedNodesRow(
                        "crowd-10000",
                        Load.of(1, 10_000, 20)
                                .with(
                                        "--movers",
                                        "500",
                                        "--viewports",
                                        "--pan-hz",
                                        "0.1",
                                        "--churn",
                                        "100",
                                        "--roster-limit",
                                        "100",
                                        "--patience-ms",
                                        "1000")),
                new WatchersRow("watch-200", 200, 10, 1_000));
    }

    private static Load windows(int members) {
        return Load.of(1, members, 20).with("--viewports", "--visible", "100");
    }

    private static Measure cpu(double most) {
        return new Measure(
                new Figure(CPU, Limit.atMost(most)), outcome -> outcome.swarm().serverCpu());
    }

    private static Measure mbit(Figure figure) {
        return new Measure(figure, outcome -> outcome.swarm().requireCrowd().mbitPerMember());
    }
}
