package presence.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;
import presence.bench.swarm.SwarmReport;

/**
 * One swarm against fresh nodes.
 *
 * @param withRedis whether the nodes share a Redis
 */
record Trial(int nodes, boolean withRedis, int tickHz, Load load) {
    /** Exceeds the difference between the swarm's clock and ours: Redis is queried while the swarm measures. */
    private static final double SETTLING_SECONDS = 1;

    static final int DEFAULT_TICK_HZ = 30;

    /** Several nodes share a Redis. */
    static Trial of(int nodes, Load load) {
        return new Trial(nodes, nodes > 1, DEFAULT_TICK_HZ, load);
    }

    /**
     * @param publishedPerSecond publish commands of all nodes; 0 without Redis
     * @param commandsPerSecond all commands of all nodes, these among them; the same
     */
    record Outcome(SwarmReport swarm, double publishedPerSecond, double commandsPerSecond) {}

    Outcome run(TestBed testBed) throws IOException, InterruptedException {
        try (RedisProcess redis = withRedis ? testBed.redis() : null) {
            List<ServiceProcess> services = new ArrayList<>();
            try {
                for (int node = 0; node < nodes; node++) {
                    services.add(testBed.service(settings(redis)));
                }
                return run(testBed, services, redis);
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

    private Outcome run(TestBed testBed, List<ServiceProcess> services, @Nullable RedisProcess redis)
            throws IOException, InterruptedException {
        try (SwarmProcess swarm = SwarmProcess.start(load, testBed.warmup, testBed.seconds, services)) {
            double published = 0;
            double commands = 0;
            if (redis != null) {
                swarm.awaitJoined(services, load.allUsers());
                swarm.runOn(testBed.warmup);
                long publishedBefore = redis.published();
                long commandsBefore = redis.commands();
                double window = Math.max(1, testBed.seconds - SETTLING_SECONDS);
                swarm.runOn(window);
                published = (redis.published() - publishedBefore) / window;
                // Without the two that asked.
                commands = (redis.commands() - commandsBefore - 2) / window;
            }
            return new Outcome(swarm.report(), published, commands);
        }
    }

    /** The settings and the command line that reproduce it. */
    @Override
    public String toString() {
        return (nodes > 1 || withRedis ? nodes + " nodes" + (withRedis ? ", Redis: " : ": ") : "")
                + (tickHz == DEFAULT_TICK_HZ ? "" : "PRESENCE_TICK_HZ=" + tickHz + ": ")
                + load;
    }
}
