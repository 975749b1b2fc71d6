package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmReport;

/**
 * Measures the cost when all users connect and join at once: in a fresh process, and in one warmed up by earlier
 * storms.
 */
record StormRow(int connections, int boardSize) implements Row {
    /** Number of storms until the compiler is done. */
    private static final int EARLIER_STORMS = 6;

    private Load load() {
        return Load.of(connections / boardSize, boardSize, 0).with("--storm");
    }

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("joins per CPU second, first " + connections, Limit.atLeast(4_000)),
                new Figure("joins per CPU second, warm", Limit.atLeast(10_000)));
    }

    @Override
    public String command() {
        return load() + ", " + EARLIER_STORMS + " storms before the warm one";
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        try (ServiceProcess service = testBed.service(Map.of())) {
            SwarmReport cold = testBed.swarm(load(), List.of(service));
            SwarmReport warm = cold;
            for (int storm = 0; storm < EARLIER_STORMS; storm++) {
                warm = testBed.swarm(load(), List.of(service));
            }
            return new Reading(List.of(perCpuSecond(cold), perCpuSecond(warm)), cold.flaws() + warm.flaws());
        }
    }

    private static double perCpuSecond(SwarmReport report) {
        Double joins = report.joinsPerServerCpuSecond();
        return joins == null ? 0 : joins;
    }
}
