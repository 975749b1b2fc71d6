package presence.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;
import presence.bench.swarm.SwarmReport;

/** One board on two nodes with so many members that each client is told a part of them, while some come and go. */
record CrowdedNodesRow(String name, Load load) implements Row {
    private static final int NODES = 2;
    /** Each node audits itself a few times during the row. */
    private static final String AUDIT_SECONDS = "10";

    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("join p50, ms", Limit.atMost(150)),
                Figure.reported("join p99, ms"),
                new Figure("Mbit/s a viewer", Limit.atMost(0.5)),
                new Figure("clients with wrong counts", Limit.atMost(0)),
                new Figure("found by audits", Limit.atMost(0)),
                Figure.reported("KiB RSS of both nodes a member"),
                Figure.reported("p99 age of visible cursors, ms"),
                Figure.reported("CPU of both nodes, cores"));
    }

    @Override
    public String command() {
        return NODES + " nodes, Redis: PRESENCE_AUDIT_SECONDS=" + AUDIT_SECONDS + ": " + load;
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        List<ServiceProcess> services = new ArrayList<>();
        try (RedisProcess redis = testBed.redis()) {
            for (int node = 0; node < NODES; node++) {
                services.add(
                        testBed.service(Map.of("REDIS_URL", redis.url(), "PRESENCE_AUDIT_SECONDS", AUDIT_SECONDS)));
            }
            long emptyKib = rssKib(services);
            try (SwarmProcess swarm = SwarmProcess.start(load, testBed.warmup, testBed.seconds, services)) {
                swarm.awaitJoined(services, load.allUsers());
                swarm.runOn(testBed.warmup);
                double perMember = (double) (rssKib(services) - emptyKib) / load.allUsers();
                SwarmReport report = swarm.report();
                return new Reading(
                        List.of(
                                report.requireCrowd().joinP50Ms(),
                                report.requireCrowd().joinP99Ms(),
                                report.requireCrowd().mbitPerMember(),
                                (double) report.requireCrowd().countErrors(),
                                found(services),
                                perMember,
                                report.ageP99Ms(),
                                report.serverCpu()),
                        report.flaws());
            }
        } finally {
            services.forEach(ServiceProcess::close);
        }
    }

    private static double found(List<ServiceProcess> services) throws IOException, InterruptedException {
        double found = 0;
        for (ServiceProcess service : services) {
            found += service.metric("presence_audit_ghosts_total") + service.metric("presence_audit_missing_total");
        }
        return found;
    }

    private static long rssKib(List<ServiceProcess> services) throws IOException {
        long sum = 0;
        for (ServiceProcess service : services) {
            sum += service.usage().rssKib();
        }
        return sum;
    }
}
