package presence;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.cluster.memory.InMemoryJoinLimit;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.config.Setting;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;
import presence.model.NodeId;
import presence.ops.Readiness;
import presence.server.PresenceServer;

/**
 * Has the JVM compile what joins and moves run through, before the node is ready: users join and move on a second node
 * in this process. It is complete but for Redis, TLS, tokens and the operators' port, listens on a free port of the
 * loopback interface, and has event loops, boards and metrics of its own, so that nothing of it shows in the real node.
 */
final class WarmUp {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    /** After so many the JVM has compiled nearly everything that joins use. */
    private static final int ENOUGH_JOINS = 8_000;

    private static final int CONNECTED = 100;
    private static final int BOARD_SIZE = 10;

    private final PresenceServer server;
    private final Semaphore free = new Semaphore(CONNECTED);
    private final AtomicInteger joins = new AtomicInteger();

    private WarmUp(PresenceServer server) {
        this.server = server;
    }

    /**
     * Warms the JVM up and returns when it is warm, at the latest after {@code atMost}. What fails is logged and not
     * thrown: a node that is not warmed up serves as well.
     *
     * @param config of the real node: its transport and number of event loops are used
     * @return the number of joins
     */
    static int run(ServiceConfig config, Duration atMost, LongSupplier clock) {
        return run(config, atMost, ENOUGH_JOINS, clock);
    }

    /** @param enough joins after which the JVM counts as warm */
    static int run(ServiceConfig config, Duration atMost, int enough, LongSupplier clock) {
        long startedNanos = System.nanoTime();
        int joins = 0;
        try (PresenceServer server = new PresenceServer(settings(config))) {
            joins = new WarmUp(server).join(settings(config), startedNanos + atMost.toNanos(), enough, clock);
        } catch (ConfigException e) {
            log.warn("cannot warm up, starting without reason={}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("warmed up joins={} ms={}", joins, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
        return joins;
    }

    private static ServiceConfig settings(ServiceConfig config) throws ConfigException {
        Map<Setting, String> settings = Map.of(
                Setting.PRESENCE_BIND, "127.0.0.1",
                Setting.WS_PORT, "0",
                Setting.PRESENCE_TRANSPORT, config.transport(),
                Setting.PRESENCE_EVENT_LOOPS, Integer.toString(config.eventLoops()),
                Setting.PRESENCE_DEMO, "off",
                Setting.PRESENCE_ROSTER_TICK_MS, "5",
                Setting.PRESENCE_LINGER_SECONDS, "0",
                Setting.PRESENCE_HANDSHAKES_PER_SECOND, "0",
                Setting.PRESENCE_JOINS_PER_MINUTE, "0");
        Map<String, String> values = new HashMap<>();
        settings.forEach((setting, value) -> values.put(setting.name(), value));
        return ServiceConfig.from(values);
    }

    private int join(ServiceConfig config, long deadlineNanos, int enough, LongSupplier clock)
            throws ConfigException, InterruptedException {
        NodeId node = NodeId.random();
        ServiceMetrics metrics = new ServiceMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        ClientSide clientSide = ClientSide.of(
                config,
                node,
                server,
                new InMemoryBus(node, new InMemoryHub()),
                new InMemoryJoinLimit(config.limits().joinsPerMinute(), clock),
                null,
                metrics,
                clock);
        Readiness readiness = new Readiness(() -> ClusterHealth.ALONE, true);
        readiness.started();
        server.bindPublic(clientSide.connections(), readiness, null, metrics, clock);
        // On the server's own loops: what sockets run through is compiled for both sides at once.
        Bootstrap bootstrap = server.outgoing();
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.publicPort());
        int started = 0;
        while (started < enough && free.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            connect(bootstrap, address, started++);
        }
        // The last ones, as far as there is time.
        boolean allLeft = free.tryAcquire(CONNECTED, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        log.debug("warm-up users have left all={}", allLeft);
        return joins.get();
    }

    private void connect(Bootstrap bootstrap, InetSocketAddress address, int number) {
        String board = "warm-up-" + number / BOARD_SIZE;
        String user = Integer.toString(number);
        ChannelFuture connecting = bootstrap
                .clone()
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new WarmUpUser(board, user, joins::incrementAndGet));
                    }
                })
                .connect(address);
        connecting.channel().closeFuture().addListener(gone -> free.release());
    }
}
