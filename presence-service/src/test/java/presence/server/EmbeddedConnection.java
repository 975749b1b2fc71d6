package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import presence.board.BoardSettings;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.spi.JoinLimit;
import presence.cluster.memory.InMemoryBus;
import presence.cluster.memory.InMemoryHub;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.connection.ClientConnections;
import presence.connection.ClientInboundHandler;
import presence.connection.ClientRates;
import presence.connection.ConnectionMetrics;
import presence.connection.ConnectionSettings;
import presence.connection.HeartbeatReads;
import presence.lock.LockLimits;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;
import presence.model.NodeId;
import presence.ops.Readiness;
import presence.security.AllowedOrigins;
import presence.watch.WatchSettings;
import presence.watch.WatchedBoards;
import presence.wire.Welcome;
import presence.wire.WireLimits;

/**
 * A connection through the whole pipeline to its own boards, without a socket and with a manual clock. Checks at the
 * end that all resources are released.
 */
final class EmbeddedConnection {
    static final WireLimits LIMITS = new WireLimits(2_000, 64, 200, 4, 200, 2);
    private static final int HANDSHAKE_MS = 5_000;
    private static final int SILENCE_MS = 4_000;
    /** The time within which boards flush and tick. */
    private static final int STEP_MS = 500;

    private static final int LONG_MS = 20_000;
    private static final NodeId NODE = NodeId.random();

    private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();

    static {
        // Gauges that the boards of each connection would register again.
        REGISTRY.config()
                .meterFilter(MeterFilter.denyNameStartsWith("presence.users"))
                .meterFilter(MeterFilter.denyNameStartsWith("presence.watch"))
                .meterFilter(MeterFilter.denyNameStartsWith("presence.handshake"));
    }

    private static final ServiceMetrics METRICS = new ServiceMetrics(REGISTRY);
    private static final ConnectionMetrics SESSION_METRICS = ConnectionMetrics.in(METRICS);
    private static final Counter FAILURES =
            REGISTRY.get("presence.closed").tag("reason", "internal").counter();
    private static final StaticFiles FILES = new StaticFiles(true);
    private static final AllowedOrigins ORIGINS;
    private static final ServiceConfig CONFIG;

    static {
        try {
            ORIGINS = AllowedOrigins.of("https://*.example.com, http://localhost:8080");
            CONFIG = ServiceConfig.from(Map.of("PRESENCE_HANDSHAKE_TIMEOUT_MS", "" + HANDSHAKE_MS));
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One per connection, so that a leak of one connection does not fail the test of another. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final HeartbeatReads heartbeatReads = new HeartbeatReads();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private long nowMs = 1_000_000;
    private int flushes;

    EmbeddedConnection() {
        channel.freezeTime();
        channel.config().setAllocator(allocator);
        List<EventLoop> loops = List.of(channel.eventLoop());
        BoardSettings boardSettings = new BoardSettings(
                33,
                99,
                100,
                64,
                50,
                0,
                0,
                0,
                3,
                1_000,
                new BoardSettings.PerUser(0, 0),
                128 * 1_024,
                0,
                LIMITS,
                LockLimits.DEFAULT);
        ClientMemory memory = new ClientMemory(METRICS, 1 << 20, () -> nowMs);
        InMemoryBus bus = new InMemoryBus(NODE, new InMemoryHub());
        ConnectionManager boards =
                new ConnectionManager(loops, allocator, boardSettings, bus, METRICS, memory, () -> nowMs);
        ConnectionSettings settings = new ConnectionSettings(
                SILENCE_MS,
                SILENCE_MS,
                SILENCE_MS,
                256 * 1024,
                30_000,
                10,
                new ClientRates(2_000, 1 << 20, 20, 50, 50, 50, 0, 50, 10, 50),
                new Welcome(NODE, "", SILENCE_MS, 30, LIMITS));
        ClientConnections sessions = new ClientConnections(
                loops,
                allocator,
                boards,
                new WatchedBoards(
                        channel.eventLoop(),
                        new WatchSettings(1_000, 2_000, 20, 1_000, 5),
                        boards,
                        bus.directory(),
                        METRICS,
                        () -> nowMs),
                settings,
                SESSION_METRICS,
                null,
                user -> CompletableFuture.completedFuture(JoinLimit.Allowance.UNCOUNTED),
                memory,
                loop -> heartbeatReads,
                () -> nowMs);
        Readiness readiness = new Readiness(() -> ClusterHealth.ALONE, true);
        readiness.started();
        channel.pipeline()
                .addLast(new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void flush(ChannelHandlerContext context) {
                        flushes++;
                        context.flush();
                    }
                })
                .addLast(new ClientPipeline(
                        CONFIG, sessions, readiness, FILES, ORIGINS, null, null, METRICS, () -> nowMs));
    }

    /** The bytes arrive in pieces, with a little time between them. */
    void receive(byte[] bytes, Random random) {
        int largest = bytes.length < 500 && random.nextBoolean() ? 20 : 1_000;
        for (int at = 0; at < bytes.length && channel.isOpen(); ) {
            int size = Math.min(bytes.length - at, 1 + random.nextInt(largest));
            channel.writeInbound(allocator.buffer(size).writeBytes(bytes, at, size));
            at += size;
            if (random.nextInt(8) == 0) {
                pass(60);
            }
        }
        pass(60);
    }

    /** The bytes arrive with one read. Returns how often that made the connection send. */
    int receiveAtOnce(byte[] bytes) {
        flushes = 0;
        channel.writeInbound(allocator.buffer(bytes.length).writeBytes(bytes));
        return flushes;
    }

    /** Advances the clock past every deadline. */
    void passLong() {
        // In steps: an event loop that seems delayed closes no connection.
        for (int passed = 0; passed < LONG_MS && channel.isOpen(); passed += STEP_MS) {
            pass(STEP_MS);
        }
    }

    /** Advances the clock in one step, as if the event loop had been delayed. */
    void passAtOnce() {
        pass(LONG_MS);
    }

    private void pass(int ms) {
        nowMs += ms;
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
        channel.checkException();
    }

    /** The reads that brought only heartbeats. */
    long heartbeatReads() {
        return heartbeatReads.count();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    boolean isBeingRead() {
        return channel.config().isAutoRead();
    }

    boolean isWebSocket() {
        return channel.pipeline().get(ClientInboundHandler.class) != null;
    }

    /** All bytes written until now. */
    byte[] answer() {
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return answer.toByteArray();
    }

    /** Closes the peer and checks that all is released and no failure went unnoticed. */
    void end() {
        answer();
        assertThat(channel.inboundMessages()).as("unread inbound messages").isEmpty();
        channel.close();
        pass(3_000);
        channel.finishAndReleaseAll();
        assertThat(FAILURES.count()).as("connections closed with 1011").isZero();
        assertThat(METRICS.connections).as("connections counted").hasValue(0);
        assertThat(METRICS.localMembers).as("members counted").hasValue(0);
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .as("bytes not released")
                .isZero();
    }
}
