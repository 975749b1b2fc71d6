package presence.bench.measure;

import java.util.ArrayList;
import java.util.List;
import presence.bench.measure.TrialRow.Measure;
import presence.bench.swarm.Load;

/**
 * All rows of the budget table. Limits of cost derive from the cost of comparable services on this class of machine.
 */
final class BudgetRows {
    private static final String COST = "CPU us per position";
    private static final double TICK_MS = 1_000.0 / Trial.DEFAULT_TICK_HZ;
    private static final int FAST_TICK_HZ = 60;

    private BudgetRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        addFanOut(rows, "fanout-20x10", Load.of(20, 10, 20), 2.07);
        addFanOut(rows, "fanout-10x50", Load.of(10, 50, 20), 0.368);
        addFanOut(rows, "fanout-1x200", Load.of(1, 200, 10), 0.197);
        rows.add(twoNodes("nodes-20x10", Load.of(20, 10, 20), 2.43));
        rows.add(twoNodes("nodes-10x30", Load.of(10, 30, 20), 1.04));
        rows.add(new UnheardRow("unheard-20x10", Load.of(20, 10, 20)));
        rows.add(new LargestBoardRow(20, 50));
        rows.add(bytes("bytes-10", Load.of(10, 10, FAST_TICK_HZ), 10.5));
        rows.add(bytes("bytes-30", Load.of(3, 30, FAST_TICK_HZ), 9));
        rows.add(age("age", Trial.of(1, Load.of(10, 10, 20)), TICK_MS / 2 + 2, TICK_MS + 5));
        rows.add(age("age-nodes", Trial.of(2, Load.of(10, 10, 20)), TICK_MS + 5, 2 * TICK_MS + 10));
        rows.add(loneMover());
        rows.add(new IdleRow(10_000, 10, false));
        rows.add(new IdleRow(10_000, 10, true));
        rows.add(new StormRow(10_000, 10));
        rows.add(new StalledRow(200, 10));
        rows.add(new StartRow());
        rows.addAll(CrowdRows.all());
        return rows;
    }

    private static void addFanOut(List<Row> rows, String name, Load load, double mostMicros) {
        rows.add(new TrialRow(
                name,
                Trial.of(1, load),
                List.of(
                        Measure.cost(new Figure(COST, Limit.atMost(mostMicros))),
                        Measure.p99(Figure.reported("p99 age, ms")))));
        rows.add(new TrialRow(
                name + "-60hz",
                new Trial(1, false, FAST_TICK_HZ, load),
                List.of(Measure.cost(Figure.reported(COST)), Measure.p99(Figure.reported("p99 age, ms")))));
    }

    private static Row twoNodes(String name, Load load, double mostMicros) {
        double mostCommands = load.boards() * 2.0 * Trial.DEFAULT_TICK_HZ;
        return new TrialRow(
                name,
                Trial.of(2, load),
                List.of(
                        Measure.cost(new Figure(COST + ", both nodes", Limit.atMost(mostMicros))),
                        new Measure(
                                new Figure("Redis publishes per second", Limit.atMost(mostCommands)),
                                Trial.Outcome::publishedPerSecond)));
    }

    /** Every member moves more often than the board ticks, so every frame has all of them. */
    private static Row bytes(String name, Load load, double mostBytes) {
        return new TrialRow(
                name,
                Trial.of(1, load),
                List.of(
                        new Measure(
                                new Figure("bytes per position", Limit.atMost(mostBytes)),
                                outcome -> outcome.swarm().bytesPerPosition()),
                        new Measure(
                                Figure.reported("others' positions a frame"),
                                outcome -> outcome.swarm().positionsPerFrame())));
    }

    private static Row age(String name, Trial trial, double mostP50, double mostP99) {
        return new TrialRow(
                name,
                trial,
                List.of(
                        Measure.p50(new Figure("p50 age, ms", Limit.atMost(mostP50))),
                        Measure.p99(new Figure("p99 age, ms", Limit.atMost(mostP99)))));
    }

    /** Moves rarely enough that each move is the first after quiet. */
    private static Row loneMover() {
        return new TrialRow(
                "lone-mover",
                Trial.of(1, Load.of(10, 10, 5).with("--movers", "1")),
                List.of(Measure.p50(new Figure("p50 age, ms", Limit.atMost(1)))));
    }
}
