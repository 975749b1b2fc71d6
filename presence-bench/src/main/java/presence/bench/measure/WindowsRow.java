package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmReport;

/** A board whose clients tell what they show, beside the same board whose clients do not. */
record WindowsRow(String name, Load load) implements Row {
    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("Mbit/s a viewer", Limit.atMost(0.3)),
                Figure.reported("Mbit/s a viewer without windows"),
                new Figure("p99 age of visible cursors, ms", Limit.atMost(50)),
                Figure.reported("p99 age without windows, ms"),
                Figure.reported("CPU of the node, cores"),
                Figure.reported("CPU of the node without windows, cores"),
                new Figure("CPU, times without windows", Limit.atMost(1)),
                Figure.reported("members in a window"));
    }

    @Override
    public String command() {
        return load.toString();
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        SwarmReport all = run(testBed, Load.of(load.boards(), load.users(), load.hz()));
        SwarmReport shown = run(testBed, load);
        return new Reading(
                List.of(
                        shown.requireCrowd().mbitPerMember(),
                        all.mbitPerConnection(),
                        shown.ageP99Ms(),
                        all.ageP99Ms(),
                        shown.serverCpu(),
                        all.serverCpu(),
                        shown.serverCpu() / all.serverCpu(),
                        shown.requireCrowd().visible()),
                Stream.of(all, shown)
                        .map(SwarmReport::flaws)
                        .filter(flaws -> !flaws.isEmpty())
                        .collect(Collectors.joining("; ")));
    }

    private static SwarmReport run(TestBed testBed, Load load) throws IOException, InterruptedException {
        return Trial.of(1, load).run(testBed).swarm();
    }
}
