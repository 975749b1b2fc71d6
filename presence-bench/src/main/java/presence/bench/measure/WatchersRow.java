package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import presence.bench.swarm.Load;

/**
 * What clients that watch boards cost Redis: few and many of them, all watching the same boards, of which each of two nodes
 * has one half and reads the other.
 */
record WatchersRow(String name, int boards, int few, int many) implements Row {
    private static final int MEMBERS = 2;
    private static final int NODES = 2;

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.reported("Redis commands a second, " + few + " watchers"),
                Figure.reported("Redis commands a second, " + many + " watchers"),
                new Figure("commands, times as many", Limit.atMost(1.05)),
                Figure.reported("CPU of both nodes, " + few + " watchers, cores"),
                Figure.reported("CPU of both nodes, " + many + " watchers, cores"));
    }

    @Override
    public String command() {
        return trial(many).toString();
    }

    private Trial trial(int watchers) {
        Load load = Load.of(boards, MEMBERS, 0)
                .with(
                        "--by-board",
                        "--watchers",
                        Integer.toString(watchers),
                        "--watched-boards",
                        Integer.toString(boards));
        return new Trial(NODES, true, Trial.DEFAULT_TICK_HZ, load);
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        Trial.Outcome byFew = trial(few).run(testBed);
        Trial.Outcome byMany = trial(many).run(testBed);
        return new Reading(
                List.of(
                        byFew.commandsPerSecond(),
                        byMany.commandsPerSecond(),
                        byMany.commandsPerSecond() / byFew.commandsPerSecond(),
                        byFew.swarm().serverCpu(),
                        byMany.swarm().serverCpu()),
                Stream.of(byFew, byMany)
                        .map(outcome -> outcome.swarm().flaws())
                        .filter(flaws -> !flaws.isEmpty())
                        .collect(Collectors.joining("; ")));
    }
}
