package presence.bench.rolling;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.measure.TestBed;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.HaproxyProcess;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;

/** Tests whether users are affected when all nodes are restarted, one after the other. */
@Command(
        name = "rolling",
        description = {
            "Restarts three nodes behind HAProxy, one after the other, while users migrate as the nodes request.",
            "Ends with 1 where a user was off the board for too long, a user was shown a leave or a join, "
                    + "connections were opened faster than the nodes had requested, or a node did not end with 0."
        },
        footer = {"", "Example: presence-bench rolling --boards 100 --users 10"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class RollingCommand implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int NODES = 3;
    private static final int DEFAULT_RATE = 200;
    private static final int PATIENCE_SECONDS = 120;
    private static final int END_SECONDS = 60;
    private static final String HEADER = "| node | clients | ended with, after | connections opened "
            + "| most in 100 ms / 1 s | users off the board | longest, ms | not resumed | shown to leave / come |\n"
            + "|---|---|---|---|---|---|---|---|---|";

    @Mixin
    private TestBed testBed = new TestBed("@docker/jvm.options -Xmx512m", 10, 5);

    @Mixin
    private BalancedLoad load = new BalancedLoad();

    @Option(names = "--haproxy-config", description = "its configuration")
    private Path configuration = Path.of("docker", "haproxy.cfg");

    @Option(names = "--hz", description = "moves per second and user")
    private double hz = 2;

    @Option(names = "--longest-gap-ms", description = "bound of the time a user may be off the board")
    private double longestGapMs = 3_000;

    @Option(
            names = "--burst",
            description = "bound of the connections within 100 ms, as a multiple of what the rate says")
    private double burst = 2;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a setting of the nodes")
    private Map<String, String> settings = new LinkedHashMap<>();

    private int rate() {
        return Integer.parseInt(settings.getOrDefault("PRESENCE_DRAIN_RATE", Integer.toString(DEFAULT_RATE)));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        testBed.requireJar();
        Path checked = BalancedLoad.configuration(configuration, "--haproxy-config");
        Path binary = load.prepare();
        List<ServiceProcess> nodes = new ArrayList<>();
        try (RedisProcess redis = testBed.redis()) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(testBed.service(settings(redis, Map.of())));
            }
            try (HaproxyProcess balancer = HaproxyProcess.start(binary, checked, nodes, load.clients());
                    MigratingUsers migrating = new MigratingUsers(balancer.url(), load.boards, load.users)) {
                migrating.open(hz);
                awaitAll(migrating);
                pause(testBed.warmup);
                migrating.settle();
                migrating.report();
                return restartAll(nodes, redis, balancer, migrating) ? 0 : BROKEN;
            }
        } finally {
            nodes.parallelStream().forEach(ServiceProcess::close);
        }
    }

    private Map<String, String> settings(RedisProcess redis, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "REDIS_URL", redis.url(),
                "PRESENCE_PROXY_PROTOCOL", "on",
                "PRESENCE_DRAIN_MS", "25000"));
        all.putAll(settings);
        all.putAll(more);
        return all;
    }

    private boolean restartAll(
            List<ServiceProcess> nodes, RedisProcess redis, HaproxyProcess balancer, MigratingUsers migrating)
            throws IOException, InterruptedException {
        System.out.println(HEADER);
        boolean kept = true;
        for (int i = 0; i < NODES; i++) {
            ServiceProcess old = nodes.get(i);
            double clients = old.metric("presence_connections");
            TestBed.say("stopping node %d of %d, which has %.0f clients", i + 1, NODES, clients);
            long toldNanos = System.nanoTime();
            int exit = old.terminate(END_SECONDS);
            double seconds = (System.nanoTime() - toldNanos) / 1e9;
            balancer.awaitNews(i + 1, "DOWN");
            nodes.set(
                    i,
                    testBed.service(settings(
                            redis,
                            Map.of(
                                    "WS_PORT", Integer.toString(old.port()),
                                    "OPS_PORT", Integer.toString(old.opsPort())))));
            balancer.awaitNews(i + 1, "UP");
            awaitAll(migrating);
            pause(testBed.seconds);
            RollingReport seen = migrating.report();
            System.out.println(row(i + 1, clients, exit, seconds, seen));
            kept &= exit == 0 && isWithinBounds(seen);
        }
        return kept;
    }

    private boolean isWithinBounds(RollingReport seen) {
        return seen.longestGapMs() <= longestGapMs
                && seen.notResumed() + seen.leftSeen() + seen.joinedSeen() == 0
                && seen.peakSecond() <= rate() * 1.1 + 1
                && seen.peak100Ms() <= rate() / 10.0 * burst + 1;
    }

    private static String row(int node, double clients, int exit, double seconds, RollingReport seen) {
        return String.format(
                Locale.ROOT,
                "| %d | %.0f | %d, %.1f s | %,d | %,d / %,d | %,d | %.0f | %,d | %,d / %,d |",
                node,
                clients,
                exit,
                seconds,
                seen.connections(),
                seen.peak100Ms(),
                seen.peakSecond(),
                seen.gaps(),
                seen.longestGapMs(),
                seen.notResumed(),
                seen.leftSeen(),
                seen.joinedSeen());
    }

    private static void awaitAll(MigratingUsers migrating) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!migrating.isComplete()) {
            if (System.nanoTime() > deadline) {
                throw new CannotMeasureException(
                        "not all users have joined, only " + migrating.joined() + ", or a roster is not complete");
            }
            pause(0.02);
        }
    }

    private static void pause(double seconds) {
        LockSupport.parkNanos((long) (seconds * 1e9));
    }
}
