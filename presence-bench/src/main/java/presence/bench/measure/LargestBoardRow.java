package presence.bench.measure;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;
import presence.bench.swarm.SwarmReport;

/** Finds how many users one board can have, all moving, before positions get too old. One node, users in steps. */
record LargestBoardRow(double hz, double mostAgeMs) implements Row {
    private static final int STEP = 200;
    private static final int MOST_USERS = 5_000;
    /** Above this share of its core the swarm, not the service, may cause the delay. */
    private static final double MOST_SWARM_CPU = 0.7;

    @Override
    public String name() {
        return "largest-board";
    }

    @Override
    public List<Figure> figures() {
        return List.of(new Figure("users at 20 Hz, p99 < 50 ms", Limit.atLeast(1_044)));
    }

    @Override
    public String command() {
        return "swarm --boards 1 --users N --hz 20, N in steps of " + STEP;
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        double held = 0;
        try (ServiceProcess service = testBed.service(Map.of())) {
            int warmup = testBed.warmup;
            for (int users = STEP; users <= MOST_USERS; users += STEP) {
                Load load = Load.of(1, users, hz);
                SwarmReport report;
                try (SwarmProcess swarm = SwarmProcess.start(load, warmup, testBed.seconds, List.of(service))) {
                    report = swarm.report();
                }
                TestBed.say(
                        "  %,d users: p99 %.1f ms, swarm at %.0f %% of its core",
                        users, report.ageP99Ms(), report.swarmCpu() * 100);
                if (!report.flaws().isEmpty()) {
                    return new Reading(List.of(held), "at " + users + ": " + report.flaws());
                }
                if (report.swarmCpu() > MOST_SWARM_CPU) {
                    return new Reading(List.of(held), "at " + users + " the swarm was at its limit");
                }
                if (report.ageP99Ms() >= mostAgeMs) {
                    return new Reading(List.of(held), "");
                }
                held = users;
                // The service is warm by now.
                warmup = Math.max(1, testBed.warmup / 4);
            }
        }
        return new Reading(List.of(held), "larger ones were not tried");
    }
}
