package presence.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import presence.cluster.pubsub.OriginGate;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.WriteHealth;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;

/** Makes buses of one cluster, under a prefix of its own. */
public final class RedisBuses {
    private static final @Nullable MultiThreadIoEventLoopGroup LOOPS = Epoll.isAvailable()
            ? new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("boards", true), EpollIoHandler.newFactory())
            : null;

    final String prefix = "t-" + UUID.randomUUID();
    private final String url;
    private final Map<String, String> settings;
    private boolean json;

    /** A stub that is never asked. */
    public static WriteHealth writeHealth(ServiceMetrics metrics) {
        return new WriteHealth(
                "",
                new WriteHealth.Listener() {
                    @Override
                    public void onRefused(Refusal refusal) {}

                    @Override
                    public void onAccepted() {}
                },
                0,
                metrics,
                () -> 0);
    }

    /** A gate that admits every envelope. */
    public static OriginGate openGate(ServiceMetrics metrics) {
        return new OriginGate(
                node -> CompletableFuture.completedStage(Long.MAX_VALUE),
                () -> false,
                (task, delay) -> {},
                origin -> {},
                metrics);
    }

    RedisBuses(String url) {
        this(url, Map.of());
    }

    RedisBuses(String url, Map<String, String> settings) {
        this.url = url;
        this.settings = settings;
    }

    /**
     * A bus of another node, started. Every other one uses JSON and threads of its own: all kinds must work together.
     */
    RedisBus next() {
        json = !json;
        Map<String, String> values = new HashMap<>(settings);
        values.put("REDIS_URL", url);
        values.put("PRESENCE_PREFIX", prefix);
        values.put("PRESENCE_ENVELOPE_FORMAT", json ? "json" : "protobuf");
        try {
            RedisBus bus = new RedisBus(
                    NodeId.random(),
                    "",
                    ServiceConfig.from(values).redis(),
                    new ServiceMetrics(new SimpleMeterRegistry()),
                    () -> System.nanoTime() / 1_000_000,
                    json ? null : LOOPS);
            bus.start();
            return bus;
        } catch (ConfigException | RedisUnavailableException e) {
            throw new IllegalStateException(e);
        }
    }
}
