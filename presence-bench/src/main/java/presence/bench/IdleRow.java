package presence.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What many connections cost that are on a board and do nothing but beat their hearts. */
record IdleRow(int connections, int boardSize) implements Row {
    private Load load() {
        return Load.of(connections / boardSize, boardSize, 0).with("--idle");
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("KiB RSS per idle connection", Limit.atMost(4)),
                new Figure("CPU while idle, % of a core", Limit.atMost(0.7)));
    }

    @Override
    public String command() {
        return load() + ", RSS after jcmd GC.run less that of the empty service";
    }

    @Override
    public Reading measure(Lab lab) throws IOException, InterruptedException {
        try (ServiceProcess service =
                lab.service(Map.of("PRESENCE_MAX_CONNECTIONS", Integer.toString(connections * 2)))) {
            service.monitor().collect();
            long empty = service.usage().rssKib();
            // It is ended from here, when everything has been looked at.
            try (SwarmProcess swarm = SwarmProcess.start(load(), 0, 86_400, List.of(service))) {
                swarm.awaitJoined(List.of(service), connections);
                swarm.runOn(lab.warmup);
                double before = service.usage().cpuSeconds();
                swarm.runOn(lab.seconds);
                double cpu = (service.usage().cpuSeconds() - before) / lab.seconds;
                service.monitor().collect();
                double perConnection = (double) (service.usage().rssKib() - empty) / connections;
                double there = service.metric("presence_connections");
                return new Reading(
                        List.of(perConnection, cpu * 100),
                        there == connections ? "" : "only " + (long) there + " connections at the end");
            }
        }
    }
}
