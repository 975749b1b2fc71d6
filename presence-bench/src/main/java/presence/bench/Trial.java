package presence.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One swarm against fresh nodes.
 *
 * @param nodes several share a Redis
 */
record Trial(int nodes, int tickHz, Load load) {
    /** The swarm's clock and ours differ by less: Redis is looked at while the swarm measures. */
    private static final double SETTLING_SECONDS = 1;

    static final int DEFAULT_TICK_HZ = 30;

    static Trial of(int nodes, Load load) {
        return new Trial(nodes, DEFAULT_TICK_HZ, load);
    }

    /** @param publishedPerSecond Redis commands by which nodes tell each other; 0 with one node */
    record Outcome(SwarmReport swarm, double publishedPerSecond) {}

    Outcome run(TestBed lab) throws IOException, InterruptedException {
        try (RedisProcess redis = nodes > 1 ? lab.redis() : null) {
            List<ServiceProcess> services = new ArrayList<>();
            try {
                for (int node = 0; node < nodes; node++) {
                    services.add(lab.service(settings(redis)));
                }
                return run(lab, services, redis);
            } finally {
                services.forEach(ServiceProcess::close);
            }
        }
    }

    private Map<String, String> settings(@Nullable RedisProcess redis) {
        String tick = Integer.toString(tickHz);
        return redis == null
                ? Map.of("PRESENCE_TICK_HZ", tick)
                : Map.of("PRESENCE_TICK_HZ", tick, "REDIS_URL", redis.url());
    }

    private Outcome run(TestBed lab, List<ServiceProcess> services, @Nullable RedisProcess redis)
            throws IOException, InterruptedException {
        try (SwarmProcess swarm = SwarmProcess.start(load, lab.warmup, lab.seconds, services)) {
            double perSecond = 0;
            if (redis != null) {
                swarm.awaitJoined(services, load.everybody());
                swarm.runOn(lab.warmup);
                long before = redis.published();
                double window = Math.max(1, lab.seconds - SETTLING_SECONDS);
                swarm.runOn(window);
                perSecond = (redis.published() - before) / window;
            }
            return new Outcome(swarm.report(), perSecond);
        }
    }

    /** As one would set and type it. */
    @Override
    public String toString() {
        return (nodes > 1 ? nodes + " nodes, Redis: " : "")
                + (tickHz == DEFAULT_TICK_HZ ? "" : "PRESENCE_TICK_HZ=" + tickHz + ": ")
                + load;
    }
}
