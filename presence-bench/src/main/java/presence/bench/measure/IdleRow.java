package presence.bench.measure;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;

/** Measures the cost of many connections that joined a board and only send heartbeats. */
record IdleRow(int connections, int boardSize, boolean tls) implements Row {
    private static final int EMPTY_SECONDS = 60;
    private static final Map<String, String> SETTINGS =
            Map.of("PRESENCE_GRACE_MS", "0", "PRESENCE_LINGER_SECONDS", "0");

    private Load load() {
        return Load.of(connections / boardSize, boardSize, 0).with("--idle");
    }

    @Override
    public String name() {
        return tls ? "idle-tls" : "idle";
    }

    @Override
    public List<Figure> figures() {
        String emptied = "KiB RSS per idle connection";
        String unused = "the same over a service that never had any";
        String cpu = "CPU while idle, % of a core";
        return tls
                // Memory freed by BoringSSL stays with the process and is reused: only the second figure is the cost.
                ? List.of(Figure.reported(emptied), new Figure(unused, Limit.atMost(30)), Figure.reported(cpu))
                : List.of(
                        new Figure(emptied, Limit.atMost(4)),
                        Figure.reported(unused),
                        new Figure(cpu, Limit.atMost(0.7)));
    }

    @Override
    public String command() {
        return (tls ? "with TLS: " : "") + load()
                + ", RSS after jcmd GC.run less that of the service emptied, and not used yet";
    }

    @Override
    public Reading measure(TestBed testBed) throws IOException, InterruptedException {
        try (ServiceProcess service = testBed.service(settings())) {
            long unused = rssKib(service);
            try (SwarmProcess swarm = swarm(service)) {
                swarm.awaitJoined(List.of(service), connections);
            }
            awaitEmpty(service);
            long emptied = rssKib(service);
            // The swarm is ended here, after everything has been measured.
            try (SwarmProcess swarm = swarm(service)) {
                swarm.awaitJoined(List.of(service), connections);
                swarm.runOn(testBed.warmup);
                double before = service.usage().cpuSeconds();
                swarm.runOn(testBed.seconds);
                double cpu = (service.usage().cpuSeconds() - before) / testBed.seconds;
                long full = rssKib(service);
                double there = service.metric("presence_connections");
                return new Reading(
                        List.of(perConnection(full - emptied), perConnection(full - unused), cpu * 100),
                        there == connections ? "" : "only " + (long) there + " connections at the end");
            }
        }
    }

    private Map<String, String> settings() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        if (tls) {
            settings.putAll(SelfSigned.settings());
        }
        return settings;
    }

    private SwarmProcess swarm(ServiceProcess service) throws IOException {
        return SwarmProcess.start(load(), 0, 86_400, List.of(service));
    }

    private double perConnection(long kib) {
        return (double) kib / connections;
    }

    private static long rssKib(ServiceProcess service) throws IOException, InterruptedException {
        service.monitor().collect();
        return service.usage().rssKib();
    }

    /**
     * Waits until the service is empty: costs that do not depend on the number of connections, such as compiled code,
     * remain.
     */
    private static void awaitEmpty(ServiceProcess service) throws IOException, InterruptedException {
        for (int second = 0; service.metric("presence_connections") + service.metric("presence_boards") > 0; second++) {
            if (second == EMPTY_SECONDS) {
                throw new CannotMeasureException("the service is not empty after " + second + " s");
            }
            Thread.sleep(1_000);
        }
    }
}
