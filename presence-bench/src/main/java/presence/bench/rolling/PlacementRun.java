package presence.bench.rolling;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import presence.bench.measure.TestBed;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.HaproxyProcess;
import presence.bench.process.RedisProcess;
import presence.bench.process.ServiceProcess;

/**
 * Measures three nodes whose users are placed one way: all of them, then while a node is killed, added and drained.
 *
 * @param nodes the running ones and those that are to be replaced; changed in place
 */
record PlacementRun(
        TestBed testBed,
        Placement placement,
        RedisProcess redis,
        List<ServiceProcess> nodes,
        HaproxyProcess balancer,
        MigratingUsers users) {
    static final int NODES = 3;

    /** The node that is killed and added again, and the one that drains. */
    private static final int KILLED = 1;

    private static final int DRAINED = 2;

    /** One user of so many opens a new connection after a node was added. */
    private static final int SOME = 10;

    private static final int PATIENCE_SECONDS = 60;
    private static final int END_SECONDS = 60;

    static Map<String, String> settings(RedisProcess redis) {
        return Map.of("REDIS_URL", redis.url(), "PRESENCE_PROXY_PROTOCOL", "on", "PRESENCE_DRAIN_MS", "10000");
    }

    /** Prints a row of the table for each state. */
    void measureAll(double hz) throws IOException, InterruptedException {
        users.open(hz);
        awaitUsers();
        pause(testBed.warmup);
        users.report();
        measure("start", nodes);

        ServiceProcess killed = nodes.get(KILLED);
        killed.kill();
        balancer.awaitNews(KILLED + 1, "DOWN");
        measure("a node was killed", List.of(nodes.get(0), nodes.get(DRAINED)));

        Map<String, String> again = new HashMap<>(settings(redis));
        again.put("WS_PORT", Integer.toString(killed.port()));
        again.put("OPS_PORT", Integer.toString(killed.opsPort()));
        nodes.set(KILLED, testBed.service(again));
        balancer.awaitNews(KILLED + 1, "UP");
        measure("it was added again", nodes);
        users.reconnectEvery(SOME);
        measure("1 user of " + SOME + " reconnected", nodes);

        nodes.get(DRAINED).terminate(END_SECONDS);
        balancer.awaitNews(DRAINED + 1, "DOWN");
        measure("a node has drained", List.of(nodes.get(0), nodes.get(KILLED)));
    }

    /** Waits until all users see all others, and measures from then on. */
    private void measure(String after, List<ServiceProcess> running) throws IOException, InterruptedException {
        awaitUsers();
        RollingReport change = users.report();
        double cpuBefore = cpuSeconds(running);
        long publishedBefore = redis.published();
        long positionsBefore = users.positions();
        long startNanos = System.nanoTime();
        pause(testBed.seconds);
        double cpu = cpuSeconds(running) - cpuBefore;
        long positions = users.positions() - positionsBefore;
        long published = redis.published() - publishedBefore;
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.2f | %s | %,.0f | %.2f | %,.0f | %,d | %.0f |%n",
                placement,
                after,
                users.nodesPerBoard(),
                users.usersByNode().values().stream()
                        .sorted()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ")),
                published / seconds,
                cpu * 1e6 / positions,
                positions / seconds,
                change.gaps(),
                change.longestGapMs());
    }

    private static double cpuSeconds(List<ServiceProcess> running) throws IOException {
        double sum = 0;
        for (ServiceProcess node : running) {
            sum += node.usage().cpuSeconds();
        }
        return sum;
    }

    private void awaitUsers() {
        await(() -> users.isQuiet() && users.isComplete());
    }

    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new CannotMeasureException(
                        "not all users are back, only " + users.joined() + ", or a roster is not complete");
            }
            pause(0.02);
        }
    }

    private static void pause(double seconds) {
        LockSupport.parkNanos((long) (seconds * 1e9));
    }
}
