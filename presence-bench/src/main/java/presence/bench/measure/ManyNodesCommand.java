package presence.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.process.ProcessUsage;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;

/** Measures what grows with the number of nodes: heartbeats, and the lists of users. */
@Command(
        name = "many-nodes",
        description = {
            "Measures what grows with the number of nodes on one Redis, and prints Markdown tables.",
            "idle: nodes without clients, which hear each other's heartbeats. users: the script that writes users, without nodes."
        },
        footer = {"", "Example: presence-bench many-nodes --nodes 20,50 --seconds 10"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class ManyNodesCommand implements Callable<Integer> {
    /** The tables. */
    enum Part {
        IDLE,
        USERS
    }

    @Mixin
    private TestBed testBed = new TestBed("-XX:+UseSerialGC -Xmx64m -XX:TieredStopAtLevel=1 -Xshare:auto", 5, 10);

    @Option(names = "--only", split = ",", description = "among ${COMPLETION-CANDIDATES}; all unless given")
    private List<Part> only = List.of(Part.values());

    @Option(names = "--nodes", split = ",", description = "numbers of nodes to start")
    private List<Integer> nodes = List.of(2, 20, 50);

    @Option(names = "--owners", split = ",", description = "numbers of nodes with users, which are not started")
    private List<Integer> owners = List.of(2, 20, 50, 200);

    @Option(names = "--users", description = "users of each of these nodes")
    private int users = 500;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (only.contains(Part.IDLE)) {
            testBed.requireJar();
            System.out.println("| nodes | CPU of a node, % of a core | CPU of Redis, % of a core | publishes a second "
                    + "| deliveries a second | other commands a second | RSS of a node, MiB |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (int count : nodes) {
                measureIdle(count);
            }
            System.out.println();
        }
        if (only.contains(Part.USERS)) {
            System.out.println("| nodes | a user comes online, us of Redis | goes offline, us "
                    + "| a node with " + users + " users dies, ms | longest script of these, ms "
                    + "| after half of them came back elsewhere, ms |");
            System.out.println("|---|---|---|---|---|---|");
            for (int count : owners) {
                try (RedisProcess redis = testBed.redis()) {
                    System.out.println(UserScripts.measure(redis, count, users));
                }
            }
        }
        return 0;
    }

    private void measureIdle(int count) throws IOException, InterruptedException {
        List<ServiceProcess> started = new ArrayList<>();
        try (RedisProcess redis = testBed.redis()) {
            for (int i = 0; i < count; i++) {
                TestBed.say("starting node %d of %d", i + 1, count);
                started.add(testBed.service(Map.of("REDIS_URL", redis.url())));
            }
            pause(testBed.warmup);
            double cpuBefore = cpuSeconds(started);
            double redisBefore = redis.usage().cpuSeconds();
            long publishedBefore = redis.published();
            long commandsBefore = redis.commands();
            long startNanos = System.nanoTime();
            pause(testBed.seconds);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            double published = (redis.published() - publishedBefore) / seconds;
            double commands = (redis.commands() - commandsBefore) / seconds;
            long rssKib = started.get(0).usage().rssKib();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.2f | %.2f | %.1f | %,.0f | %,.0f | %.0f |%n",
                    count,
                    (cpuSeconds(started) - cpuBefore) / seconds / count * 100,
                    (redis.usage().cpuSeconds() - redisBefore) / seconds * 100,
                    published,
                    published * count,
                    commands - published,
                    rssKib / 1024.0);
        } finally {
            started.parallelStream().forEach(ServiceProcess::close);
        }
    }

    private static double cpuSeconds(List<ServiceProcess> services) throws IOException {
        double sum = 0;
        for (ServiceProcess service : services) {
            ProcessUsage usage = service.usage();
            sum += usage.cpuSeconds();
        }
        return sum;
    }

    private static void pause(int seconds) {
        LockSupport.parkNanos(seconds * 1_000_000_000L);
    }
}
