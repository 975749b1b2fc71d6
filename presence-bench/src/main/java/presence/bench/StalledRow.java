package presence.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Whether one reader that stands still makes it worse for the others of its board. */
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
                Figure.told("p99 age of others with one stalled, ms"),
                Figure.told("p99 age without, ms"),
                new Figure("the one by the other", Limit.atMost(1.1)),
                new Figure("KiB of buffers more for the stalled one", Limit.atMost(256)));
    }

    @Override
    public String command() {
        return stalled() + " and without --stalled";
    }

    @Override
    public Reading measure(TestBed lab) throws IOException, InterruptedException {
        try (ServiceProcess service = lab.service(Map.of(), List.of("-XX:NativeMemoryTracking=summary"))) {
            SwarmReport without = lab.swarm(load(), List.of(service));
            long before = service.monitor().directKib();
            SwarmReport with = lab.swarm(stalled(), List.of(service));
            // The pool keeps what it once needed.
            long more = service.monitor().directKib() - before;
            return new Reading(
                    List.of(with.ageP99Ms(), without.ageP99Ms(), with.ageP99Ms() / without.ageP99Ms(), (double) more),
                    without.flaws() + with.flaws());
        }
    }
}
