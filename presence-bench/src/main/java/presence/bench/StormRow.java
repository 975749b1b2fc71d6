package presence.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Everybody connects and joins at once: what that costs a fresh process, and one that has seen storms before. */
record StormRow(int connections, int boardSize) implements Row {
    /** Storms until the compiler has nothing more to do. */
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
    public Reading measure(TestBed lab) throws IOException, InterruptedException {
        try (ServiceProcess service = lab.service(Map.of())) {
            SwarmReport cold = lab.swarm(load(), List.of(service));
            SwarmReport warm = cold;
            for (int storm = 0; storm < EARLIER_STORMS; storm++) {
                warm = lab.swarm(load(), List.of(service));
            }
            return new Reading(List.of(perCpuSecond(cold), perCpuSecond(warm)), cold.flaws() + warm.flaws());
        }
    }

    private static double perCpuSecond(SwarmReport report) {
        Double joins = report.joinsPerServerCpuSecond();
        return joins == null ? 0 : joins;
    }
}
