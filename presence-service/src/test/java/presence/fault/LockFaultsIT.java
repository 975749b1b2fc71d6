package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.process.TcpProxy;

/**
 * Users lock and unlock while nodes are killed, frozen and cut off from Redis, and Redis closes connections and loses its
 * data: no two count on one lock, and every number is one member's. {@code -Dpresence.fault.each=N} repeats each fault.
 */
@Tag("fault")
class LockFaultsIT {
    private static final int NODES = 3;
    private static final int USERS = 6;
    private static final int NAMES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long seed = Long.getLong("presence.fault.seed", System.nanoTime() & 0xFFFFFF);
    private final Scale scale = new Scale(Integer.getInteger("presence.fault.scale", 4));
    private final Random random = new Random(seed);
    private final LockHistory history = new LockHistory();

    /** One fault, with its end. */
    private record Trouble(String what, boolean losesData, Consumer<Cluster> begin, Consumer<Cluster> end) {}

    private Place struck;

    private List<Trouble> troubles() {
        return List.of(
                new Trouble(
                        "kill -9 of a node", false, cluster -> strike(cluster).kill(), cluster -> struck.start()),
                new Trouble(
                        "a node cut off from Redis",
                        false,
                        cluster -> strike(cluster).redis().blackHole(TcpProxy.Direction.BOTH),
                        cluster -> struck.redis().pass()),
                new Trouble(
                        "a node frozen",
                        false,
                        cluster -> strike(cluster).node().freeze(),
                        cluster -> struck.node().thaw()),
                new Trouble(
                        "command connections closed",
                        false,
                        cluster -> cluster.operator("CLIENT", "KILL", "TYPE", "normal"),
                        cluster -> {}),
                new Trouble(
                        "subscriptions closed",
                        false,
                        cluster -> cluster.operator("CLIENT", "KILL", "TYPE", "pubsub"),
                        cluster -> {}),
                new Trouble("scripts forgotten", false, cluster -> cluster.operator("SCRIPT", "FLUSH"), cluster -> {}),
                // The last one: from here on a second holder is a stated exception.
                new Trouble("FLUSHALL", true, cluster -> cluster.operator("FLUSHALL"), cluster -> {}));
    }

    private Place strike(Cluster cluster) {
        struck = cluster.anyOpen(random);
        return struck;
    }

    @Test
    void noTwoUsersCountOnOneLock() throws InterruptedException {
        System.out.println("[fault] locks, again with -Dpresence.fault.seed=" + seed);
        int ttlMs = (int) scale.of(Scale.LEASE.minus(Scale.NODE_HEARTBEAT)).toMillis();
        try (Cluster cluster = Cluster.start(NODES, scale)) {
            List<Locker> lockers = IntStream.range(0, USERS)
                    .mapToObj(i -> new Locker("u" + i, cluster, history, new Random(random.nextLong()), NAMES, ttlMs))
                    .toList();
            List<Thread> threads = new ArrayList<>();
            lockers.forEach(locker -> threads.add(new Thread(locker, "locker")));
            threads.forEach(Thread::start);
            try {
                awaitGrants(lockers, "before any fault");
                for (int round = 0; round < Integer.getInteger("presence.fault.each", 1); round++) {
                    for (Trouble trouble : troubles()) {
                        run(trouble, cluster, lockers);
                    }
                }
            } finally {
                lockers.forEach(Locker::stop);
                for (Thread thread : threads) {
                    thread.join();
                }
                if (!history.violations().isEmpty()) {
                    cluster.keepLogs(Path.of(System.getProperty("presence.artifacts"), "fault-locks"));
                }
            }
        }
        System.out.println("[fault] locks: " + history.grants() + " grants, " + history.secondHolders()
                + " second holders after lost data");
        assertThat(history.violations()).as("seed %d", seed).isEmpty();
    }

    private void run(Trouble trouble, Cluster cluster, List<Locker> lockers) {
        if (trouble.losesData) {
            history.expectLostData();
        }
        long begin = System.nanoTime();
        trouble.begin.accept(cluster);
        // Some go on meanwhile: for long enough that a node out of reach is declared dead.
        Duration dead = scale.of(Scale.LEASE.multipliedBy(2));
        int before = history.grants();
        Awaitility.await(trouble.what)
                .atMost(PATIENCE)
                .until(() -> history.grants() > before + USERS
                        && (struck == null || System.nanoTime() - begin > dead.toNanos()));
        trouble.end.accept(cluster);
        struck = null;
        awaitGrants(lockers, trouble.what);
        assertThat(history.violations()).as("%s, seed %d", trouble.what, seed).isEmpty();
    }

    private static void awaitGrants(List<Locker> lockers, String when) {
        List<Integer> before = lockers.stream().map(Locker::grants).toList();
        Awaitility.await("all users are granted a lock: " + when)
                .atMost(PATIENCE)
                .until(() -> IntStream.range(0, lockers.size())
                        .allMatch(i -> lockers.get(i).grants() > before.get(i)));
    }
}
