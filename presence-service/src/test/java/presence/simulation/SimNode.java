package presence.simulation;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.admin.GhostAudit;
import presence.board.BoardSettings;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.cluster.RedisBus;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ClientTlsConfig;
import presence.config.RedisConfig;
import presence.lock.LockLimits;
import presence.metrics.ServiceMetrics;
import presence.model.AuditReport;
import presence.model.NodeId;
import presence.wire.WireLimits;

/** One boot of a node: the registry of boards and the bus as they are, on simulated threads and connections. */
final class SimNode {
    static final RedisConfig REDIS = new RedisConfig(
            "redis://simulated:6379",
            "",
            new ClientTlsConfig("", "", ""),
            false,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            "presence",
            false,
            Duration.ofSeconds(90),
            Duration.ofSeconds(2),
            Duration.ofSeconds(8),
            false,
            List.of(),
            1_000_000,
            true);
    static final long GRACE_MS = 10_000;
    private static final long TICK_MS = 33;
    private final String name;
    private final VirtualTime time;
    private final SimServer server;
    private final NodeLink link;
    private final SimProcess process;
    private final SimLoop loop;
    private final RedisBus bus;
    private final ConnectionManager boards;
    private final UserWatch users;
    private final ServiceMetrics metrics;
    private boolean stopping;
    private @Nullable CompletionStage<AuditReport> audit;
    private boolean unheard;

    SimNode(
            String name,
            VirtualTime time,
            SimServer server,
            NodeLink link,
            SplittableRandom random,
            int lingerMs,
            ServiceMetrics metrics) {
        this.name = name;
        this.time = time;
        this.server = server;
        this.link = link;
        this.metrics = metrics;
        metrics.boards.set(0);
        metrics.localMembers.set(0);
        process = new SimProcess(time, random);
        loop = new SimLoop(time, process);
        SimConnector connector = new SimConnector(link, server, process);
        NodeId id = new NodeId(new UUID(random.nextLong(), random.nextLong()));
        bus = new RedisBus(
                id,
                name,
                REDIS,
                metrics,
                time::nowMs,
                new RedisConnections(connector, REDIS, metrics),
                new SimLoop(time, process),
                () -> random);
        boards = new ConnectionManager(
                List.of(loop),
                new UnpooledByteBufAllocator(false, true),
                settings(lingerMs),
                bus,
                metrics,
                new ClientMemory(metrics, Long.MAX_VALUE, time::nowMs),
                time::nowMs,
                new Random(random.nextLong()));
        users = new UserWatch();
        bus.directory().listen(users);
        try {
            bus.start();
        } catch (RedisUnavailableException e) {
            throw new IllegalStateException("Redis is not required", e);
        }
        connector.onStarted();
    }

    private static BoardSettings settings(int lingerMs) {
        return new BoardSettings(
                TICK_MS,
                TICK_MS,
                100,
                64,
                50,
                lingerMs,
                60_000,
                GRACE_MS,
                1_000,
                1_000,
                new BoardSettings.PerUser(0, 0),
                128 * 1_024,
                0,
                WireLimits.DEFAULT,
                LockLimits.DEFAULT);
    }

    String name() {
        return name;
    }

    SimLoop loop() {
        return loop;
    }

    RedisBus bus() {
        return bus;
    }

    ConnectionManager boards() {
        return boards;
    }

    NodeLink link() {
        return link;
    }

    UserWatch users() {
        return users;
    }

    boolean isAlive() {
        return !process.isDead();
    }

    boolean isFrozen() {
        return process.isFrozen();
    }

    /** Whether clients may connect. */
    boolean accepts() {
        return isAlive() && !process.isFrozen() && !stopping;
    }

    /** Its heartbeats are delayed for a while. */
    void onUnheard() {
        unheard = true;
    }

    /** Whether it lives, and its heartbeats were never delayed. */
    boolean wasHeard() {
        return isAlive() && !stopping && !unheard;
    }

    /**
     * Begins an audit.
     *
     * @param held the seats that open connections refer to
     */
    void startAudit(Collection<Seat> held) {
        audit = new GhostAudit(boards, bus, () -> CompletableFuture.completedFuture(held), loop, metrics).run();
    }

    /** What the audit repaired; empty if it was not started, is not done, or could not read Redis. */
    List<String> audited() {
        CompletableFuture<AuditReport> done = audit == null ? null : audit.toCompletableFuture();
        return done == null || !done.isDone() || done.isCompletedExceptionally()
                ? List.of()
                : done.join().repaired();
    }

    /** kill -9. */
    void kill() {
        if (isAlive()) {
            process.kill();
            List<SimConnection> open = link.connections();
            open.forEach(server::closeAllOf);
            open.forEach(link::remove);
        }
    }

    void freeze() {
        process.freeze();
    }

    void thaw() {
        process.thaw();
    }

    /** The end of a drain: leaves the cluster, and exits two seconds later at the latest. */
    void stop(long drainUs) {
        stopping = true;
        time.after(drainUs, null, () -> {
            if (isAlive()) {
                // Runs as a task of its own on a thread that may wait for the loop.
                bus.leave().whenComplete((done, failure) -> time.after(0, null, this::kill));
                time.after(2 * VirtualTime.SECOND, null, this::kill);
            }
        });
    }
}
