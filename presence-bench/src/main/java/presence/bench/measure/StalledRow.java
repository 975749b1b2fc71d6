package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmReport;

/** Measures whether one stalled reader delays the other clients of its board. */
record StalledRow(int users, double hz) implements Row {
    private Load load() {
        return Load.of(1, users, hz);
    }

    private Load stalled() {
        return load().with("--stalled", Double.toString(1.0 / users));
    }

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                Figure.reported("p99 age of others with one stalled, ms"),
                Figure.reported("p99 age without, ms"),
                new Figure("the one by the other", Limit.atMost(1.1)),
                new Figure("KiB of buffers more for the stalled one", Limit.atMost(256)));
    }

    @Override
    public String command() {
        return stalled() + " and without --stalled";
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        try (ServiceProcess service = testBed.service(Map.of(), List.of("-XX:NativeMemoryTracking=summary"))) {
            SwarmReport without = testBed.swarm(load(), List.of(service));
            long before = service.monitor().directKib();
            SwarmReport with = testBed.swarm(stalled(), List.of(service));
            // The pool keeps the memory it once needed.
            long more = service.monitor().directKib() - before;
            return new Reading(
                    List.of(with.ageP99Ms(), without.ageP99Ms(), with.ageP99Ms() / without.ageP99Ms(), (double) more),
                    without.flaws() + with.flaws());
        }
    }
}
