package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import presence.bench.swarm.Load;

/**
 * The cost of Redis where no board is on two nodes, so that no cursor has to be published: one node and two nodes, each
 * without Redis and with it.
 */
record UnheardRow(String name, Load load) implements Row {
    private static final int NODES = 2;
    /** Two runs of the same jar differ by as much. */
    private static final double MOST_TIMES = 1.15;

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.reported("CPU us per position, one node"),
                Figure.reported("CPU us per position, one node with Redis"),
                Figure.reported("CPU us per position, two nodes"),
                Figure.reported("CPU us per position, two nodes with Redis"),
                new Figure("one node with Redis, times without", Limit.atMost(MOST_TIMES)),
                new Figure("two nodes with Redis, times without", Limit.atMost(MOST_TIMES)),
                new Figure("Redis publishes per second, one node", Limit.atMost(mostPublishes(1))),
                new Figure("Redis publishes per second, two nodes", Limit.atMost(mostPublishes(NODES))));
    }

    /** One probe a second and board, and a heartbeat every two seconds and node. */
    private double mostPublishes(int nodes) {
        return load.boards() + nodes;
    }

    @Override
    public String command() {
        return trial(NODES, true).toString();
    }

    private Trial trial(int nodes, boolean withRedis) {
        return new Trial(nodes, withRedis, Trial.DEFAULT_TICK_HZ, load.with("--by-board"));
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        Trial.Outcome one = trial(1, false).run(testBed);
        Trial.Outcome oneRedis = trial(1, true).run(testBed);
        Trial.Outcome two = trial(NODES, false).run(testBed);
        Trial.Outcome twoRedis = trial(NODES, true).run(testBed);
        return new Reading(
                List.of(
                        cost(one),
                        cost(oneRedis),
                        cost(two),
                        cost(twoRedis),
                        cost(oneRedis) / cost(one),
                        cost(twoRedis) / cost(two),
                        oneRedis.publishedPerSecond(),
                        twoRedis.publishedPerSecond()),
                Stream.of(one, oneRedis, two, twoRedis)
                        .map(outcome -> outcome.swarm().flaws())
                        .filter(flaws -> !flaws.isEmpty())
                        .collect(Collectors.joining("; ")));
    }

    private static double cost(Trial.Outcome outcome) {
        return outcome.swarm().costMicros();
    }
}
