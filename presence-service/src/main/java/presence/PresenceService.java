package presence;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.activity.ActivityBus;
import presence.activity.ActivityMetrics;
import presence.activity.ActivityRecorder;
import presence.activity.ActivityStore;
import presence.activity.MemoryActivityStore;
import presence.admin.GhostAudit;
import presence.admin.Moderator;
import presence.admin.PresenceQueries;
import presence.agent.Agents;
import presence.api.HttpApi;
import presence.board.ConnectionManager;
import presence.board.spi.ClusterBus;
import presence.cluster.RedisBus;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.cluster.memory.InMemoryJoinLimit;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ActivityConfig;
import presence.config.ConfigException;
import presence.config.EventsConfig;
import presence.config.OtlpConfig;
import presence.config.ServiceConfig;
import presence.config.Setting;
import presence.config.WebhookConfig;
import presence.connection.ClientConnections;
import presence.events.EventStore;
import presence.events.MemoryEventStore;
import presence.events.RecordingBus;
import presence.metrics.MetricRegistries;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;
import presence.model.NodeId;
import presence.ops.OpsGuard;
import presence.ops.OpsHandler;
import presence.ops.OpsHosts;
import presence.ops.Readiness;
import presence.security.Networks;
import presence.server.PresenceServer;
import presence.webhook.DeliveryStore;
import presence.webhook.MemoryDeliveryStore;
import presence.webhook.Webhooks;

/** Builds, starts and stops one node. */
public final class PresenceService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PresenceService.class);
    private static final LongSupplier CLOCK = () -> System.nanoTime() / 1_000_000;

    private final NodeId node = NodeId.random();
    private final PortSecurity security;
    private final PresenceServer server;
    private final ClusterBus bus;
    private final ClientConnections connections;
    private final Agents agents;
    private final PresenceQueries queries;
    /** Null if there are none. */
    private final @Nullable Webhooks webhooks;

    private final Readiness readiness;
    private final Duration drain;
    private final int drainRate;
    /** Whether there may be another node for members to resume at. */
    private final boolean isShared;

    private final WarningLog warnings;
    private final MetricRegistries registries;
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();

    private PresenceService(ServiceConfig config, WarningLog warnings)
            throws ConfigException, RedisUnavailableException {
        this.warnings = warnings;
        long startedNanos = System.nanoTime();
        drain = config.drain();
        drainRate = config.drainRate();
        isShared = config.redis().enabled();
        log.info("starting node={} label={} java={}", node, config.serverLabel(), Runtime.version());
        registries = registries(config.otlp());
        MeterRegistry registry = registries.all();
        ServiceMetrics metrics = new ServiceMetrics(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        gcMetrics.bindTo(registry);
        new NettyAllocatorMetrics((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).bindTo(registry);

        boolean opsOnLoopback = isLoopback(config.opsBind());
        OpsHosts opsHosts = OpsHosts.of(config.ops().hosts(), opsOnLoopback);
        security = new PortSecurity(config, metrics, CLOCK);
        RedisBus redis;
        try {
            server = new PresenceServer(config);
        } catch (ConfigException e) {
            security.close();
            throw e;
        }
        try {
            redis = redisOrNull(config, metrics, server.epollLoops());
        } catch (ConfigException | RedisUnavailableException e) {
            server.close();
            security.close();
            throw e;
        }
        ClusterBus plain = redis == null ? new InMemoryBus(node, new InMemoryHub()) : redis;
        EventStore events = eventsOrNull(config.events(), plain, redis, metrics);
        EventsConfig recorded = config.events();
        ClusterBus told =
                events == null ? plain : new RecordingBus(plain, events, recorded.signals(), recorded::records);
        ActivityStore activity = activityOrNull(config.activity(), redis);
        bus = activity == null ? told : recordActivity(config.activity(), told, activity, metrics);
        readiness =
                new Readiness(() -> redis == null ? ClusterHealth.ALONE : redis.health(), config.readyWithoutRedis());
        metrics.watch(
                "presence.redis.up",
                "1 while Redis can be used, or is not configured",
                readiness,
                state -> state.report().cluster().isWhole() ? 1 : 0);

        int joinsPerMinute = config.limits().joinsPerMinute();
        ClientSide clients = ClientSide.of(
                config,
                node,
                server,
                bus,
                redis == null ? new InMemoryJoinLimit(joinsPerMinute, CLOCK) : redis.joinLimit(joinsPerMinute),
                security.authenticator(),
                metrics,
                CLOCK);
        ConnectionManager boards = clients.boards();
        connections = clients.connections();
        agents = clients.agents();
        queries = new PresenceQueries(bus, config.serverLabel(), boards, metrics);
        GhostAudit audit = new GhostAudit(
                boards,
                bus,
                clients::heldSeats,
                events == null ? () -> CompletableFuture.completedStage(List.of()) : events::inspect,
                server.eventLoops().get(0),
                metrics);
        webhooks = webhooksOrNull(config, events, redis, metrics);
        HttpApi api = new HttpApi(
                security.apiTokens(),
                queries,
                new Moderator(bus, boards, queries, config.api().maxBans(), metrics),
                agents,
                new NodeSettings(config).ofApi(),
                events,
                webhooks,
                activity,
                metrics);
        OpsGuard opsGuard = new OpsGuard(opsHosts, metrics);
        NodeStats stats =
                new NodeStats(config.serverLabel(), readiness, queries, boards, clients.metrics(), redis, CLOCK);
        stats.watch(server.eventLoops());
        NodeOverview overview = new NodeOverview(
                node,
                config.ops().showsDetails(opsOnLoopback),
                readiness,
                stats,
                queries,
                boards,
                clients.metrics(),
                warnings.recent());
        if (!config.warmUp().isZero()) {
            WarmUp.run(config, config.warmUp(), CLOCK);
        }
        try {
            server.bind(
                    connections,
                    readiness,
                    new OpsHandler(
                            node,
                            readiness,
                            registries.prometheus(),
                            stats::stats,
                            overview::overview,
                            audit::run,
                            opsGuard,
                            api::answer),
                    security.tls(),
                    metrics,
                    CLOCK);
        } catch (ConfigException e) {
            closeWebhooks();
            bus.close();
            server.close();
            security.close();
            throw e;
        }
        if (!config.boards().audit().isZero()) {
            audit.every(config.boards().audit().toMillis());
        }
        readiness.started();
        log.info(
                "ready node={} wsPort={} opsPort={} startMs={}",
                node,
                server.publicPort(),
                server.opsPort(),
                (System.nanoTime() - startedNanos) / 1_000_000);
    }

    /**
     * Starts a node.
     *
     * @throws ConfigException if a setting cannot be used here
     * @throws RedisUnavailableException if Redis is required and cannot be reached
     */
    public static PresenceService start(ServiceConfig config) throws ConfigException, RedisUnavailableException {
        return start(config, WarningLog.begin(config.ops().warnings()));
    }

    /** @param warnings is closed with the node, or at once if it does not start */
    static PresenceService start(ServiceConfig config, WarningLog warnings)
            throws ConfigException, RedisUnavailableException {
        try {
            return new PresenceService(config, warnings);
        } catch (ConfigException | RedisUnavailableException | RuntimeException e) {
            warnings.close();
            throw e;
        }
    }

    /** Whether a port that listens on this address can be reached from this machine only. */
    static boolean isLoopback(String address) {
        InetAddress bound = new InetSocketAddress(address, 0).getAddress();
        return bound != null && bound.isLoopbackAddress();
    }

    private MetricRegistries registries(OtlpConfig otlp) {
        if (!otlp.enabled()) {
            return MetricRegistries.prometheusOnly();
        }
        log.info(
                "sending metrics url={} intervalSeconds={}",
                otlp.url(),
                otlp.interval().toSeconds());
        return MetricRegistries.withCollector(
                otlp.url(), otlp.interval(), otlp.headers(), node.toString(), Version.text());
    }

    private @Nullable RedisBus redisOrNull(
            ServiceConfig config, ServiceMetrics metrics, @Nullable MultiThreadIoEventLoopGroup loops)
            throws ConfigException, RedisUnavailableException {
        if (!config.redis().enabled()) {
            log.info("no REDIS_URL: single node, boards are not shared with other nodes");
            return null;
        }
        RedisBus redis;
        try {
            redis = new RedisBus(node, config.serverLabel(), config.redis(), metrics, CLOCK, loops);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        redis.start();
        return redis;
    }

    /** The event log; null unless events are recorded. */
    private @Nullable EventStore eventsOrNull(
            EventsConfig config, ClusterBus plain, @Nullable RedisBus redis, ServiceMetrics metrics) {
        if (!config.on()) {
            return null;
        }
        if (redis != null) {
            return redis.recordEvents(config);
        }
        MemoryEventStore memory = new MemoryEventStore(
                node, Set.copyOf(config.kinds()), config.most(), config.age().toMillis(), System::currentTimeMillis);
        plain.directory().listen(memory);
        return memory;
    }

    /** Null unless activity is recorded. */
    private @Nullable ActivityStore activityOrNull(ActivityConfig config, @Nullable RedisBus redis) {
        if (!config.on()) {
            return null;
        }
        return redis == null ? new MemoryActivityStore(config.days(), config.mostBoards()) : redis.activity(config);
    }

    private static ClusterBus recordActivity(
            ActivityConfig config, ClusterBus bus, ActivityStore store, ServiceMetrics metrics) {
        ActivityMetrics counted = ActivityMetrics.in(metrics);
        ActivityRecorder recorder = new ActivityRecorder(
                store, counted, config.period().toMillis(), config.mostBoards(), System::currentTimeMillis);
        metrics.watch(
                "presence.activity.waiting",
                "boards whose activity is not written yet",
                recorder,
                ActivityRecorder::waiting);
        recorder.begin();
        return new ActivityBus(bus, recorder, counted, CLOCK);
    }

    private void closeWebhooks() {
        if (webhooks != null) {
            webhooks.close();
        }
    }

    private @Nullable Webhooks webhooksOrNull(
            ServiceConfig config, @Nullable EventStore events, @Nullable RedisBus redis, ServiceMetrics metrics)
            throws ConfigException {
        WebhookConfig given = config.webhooks();
        if (events == null || !given.on()) {
            return null;
        }
        Networks refused = Networks.of(Setting.PRESENCE_WEBHOOK_ADDRESSES, Networks.PRIVATE);
        Webhooks.Settings settings = new Webhooks.Settings(
                given.urls(),
                given.secrets(),
                given.kinds(),
                given.batch(),
                given.bytes(),
                given.gather().toMillis(),
                (int) given.timeout().toMillis(),
                given.keepTrying().toMillis(),
                address -> given.anyAddress() || !refused.contains(address));
        DeliveryStore store = redis == null
                ? new MemoryDeliveryStore(given.mostDead())
                : redis.deliveries(config.events(), given.mostDead());
        return new Webhooks(settings, events, store, metrics);
    }

    public NodeId node() {
        return node;
    }

    /** Queries over the whole cluster. */
    public PresenceQueries queries() {
        return queries;
    }

    /** The port clients connect to. */
    public int publicPort() {
        return server.publicPort();
    }

    public int opsPort() {
        return server.opsPort();
    }

    /**
     * Sends every client elsewhere, keeps their members until other nodes have taken them over or the time to drain
     * is over, notifies the other nodes, and stops.
     */
    @Override
    public void close() {
        log.info("stopping node={} clients={}", node, connections.clients());
        long deadline = System.nanoTime() + drain.toNanos();
        readiness.draining();
        agents.drain();
        server.stopAccepting();
        connections.sendElsewhere(drainRate, drain);
        if (isShared) {
            connections.awaitMembersGone(Duration.ofNanos(deadline - System.nanoTime()));
        }
        closeWebhooks();
        bus.close();
        server.close();
        security.close();
        gcMetrics.close();
        registries.close();
        warnings.close();
        log.info("stopped node={}", node);
    }
}
