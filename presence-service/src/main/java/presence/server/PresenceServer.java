package presence.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ConfigException;
import presence.config.ProxyConfig;
import presence.config.ServiceConfig;
import presence.config.Setting;
import presence.connection.ClientConnections;
import presence.connection.HeartbeatReads;
import presence.metrics.ServiceMetrics;
import presence.ops.OpsHandler;
import presence.ops.Readiness;
import presence.security.AllowedOrigins;
import presence.security.Networks;
import presence.security.ServerTls;

/** Opens the two ports and owns their event loops. */
public final class PresenceServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PresenceServer.class);

    /**
     * Bounds the unsent bytes in the socket, so that a slow reader shows in its channel before the kernel's buffers
     * hide it: cursor frames are skipped while flushed bytes wait in the channel.
     */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final int NOT_SENT_LOWAT = 2 * 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(8 * 1024, 16 * 1024);
    private static final int BACKLOG = 4_096;

    private final ServiceConfig config;
    private final Transport transport;
    private final AllowedOrigins origins;
    /** Networks whose connections must begin with a PROXY header; null: no PROXY protocol. */
    private final @Nullable Networks balancers;

    private final Map<ThreadAwareExecutor, HeartbeatReads> heartbeatReads = new ConcurrentHashMap<>();
    private final MultiThreadIoEventLoopGroup acceptors;
    private final MultiThreadIoEventLoopGroup operators;
    private final MultiThreadIoEventLoopGroup loops;
    private @Nullable Channel publicPort;
    private @Nullable Channel opsPort;

    public PresenceServer(ServiceConfig config) throws ConfigException {
        this.config = config;
        transport = Transport.named(config.transport());
        origins = AllowedOrigins.of(config.allowedOrigins());
        balancers = balancers(config.proxy());
        int threads = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        acceptors = transport.newGroup(1, "presence-accept");
        operators = transport.newGroup(1, "presence-ops");
        loops = transport.newGroup(threads, "presence-loop", loopHandlers());
    }

    private IoHandlerFactory loopHandlers() {
        IoHandlerFactory sockets = transport.boardIoHandler();
        long waitMs = config.clients().heartbeatGather().toMillis();
        return loop -> {
            HeartbeatReads reads = new HeartbeatReads();
            heartbeatReads.put(loop, reads);
            IoHandler handler = sockets.newHandler(loop);
            return waitMs == 0 ? handler : new HeartbeatGathering(handler, waitMs, reads);
        };
    }

    private static @Nullable Networks balancers(ProxyConfig proxy) throws ConfigException {
        // Parsed even if PROXY protocol is off, so that an error shows before it is turned on.
        Networks trusted = Networks.of(Setting.PRESENCE_PROXY_TRUSTED, proxy.trusted());
        if (!proxy.on()) {
            return null;
        }
        log.info("PROXY protocol expected trusted={}", proxy.trusted());
        return trusted;
    }

    /** The event loops that carry connections and boards. */
    public List<EventLoop> eventLoops() {
        List<EventLoop> all = new ArrayList<>();
        for (EventExecutor loop : loops) {
            all.add((EventLoop) loop);
        }
        return all;
    }

    /**
     * The counter of heartbeat reads of one of these event loops.
     *
     * @throws IllegalArgumentException if it is not one of them
     */
    public HeartbeatReads heartbeatReads(EventLoop loop) {
        HeartbeatReads reads = heartbeatReads.get(loop);
        if (reads == null) {
            throw new IllegalArgumentException("not one of our event loops");
        }
        return reads;
    }

    /** The event loops, if they are epoll's and can also carry connections to Redis; null if not. */
    public @Nullable MultiThreadIoEventLoopGroup epollLoops() {
        return transport.isEpoll() ? loops : null;
    }

    /** Opens connections from this process, on the same event loops and by the same transport as those of clients. */
    public Bootstrap outgoing() {
        return new Bootstrap().group(loops).channel(transport.socketChannel());
    }

    public ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }

    /**
     * Opens the operators' port, then the public one.
     *
     * @param tls null: the public port speaks plain HTTP
     * @throws ConfigException if a port cannot be opened
     */
    public void bind(
            ClientConnections connections,
            Readiness readiness,
            OpsHandler ops,
            @Nullable ServerTls tls,
            ServiceMetrics metrics,
            LongSupplier clock)
            throws ConfigException {
        opsPort = open(
                new OpsPort(operators, config.ops(), ops, clock).bootstrap(transport),
                config.opsBind(),
                config.opsPort());
        bindPublic(connections, readiness, tls, metrics, clock);
        log.info("transport chosen transport={} eventLoops={}", transport.name(), loops.executorCount());
    }

    /**
     * Opens the public port.
     *
     * @param tls null: it speaks plain HTTP
     * @throws ConfigException if it cannot be opened
     */
    public void bindPublic(
            ClientConnections connections,
            Readiness readiness,
            @Nullable ServerTls tls,
            ServiceMetrics metrics,
            LongSupplier clock)
            throws ConfigException {
        ServerBootstrap clients = new ServerBootstrap()
                .group(acceptors, loops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                // One for all, instead of Netty's one for each: it has no state of its own.
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ClientPipeline(
                        config,
                        connections,
                        readiness,
                        new StaticFiles(config.demo()),
                        origins,
                        tls,
                        balancers,
                        metrics,
                        clock));
        limitUnsent(clients);
        publicPort = open(clients, config.bind(), config.wsPort());
    }

    @SuppressWarnings("unchecked") // Long on both native transports
    private void limitUnsent(ServerBootstrap clients) {
        ChannelOption<?> option = transport.notSentLowat();
        if (option != null) {
            clients.childOption((ChannelOption<Long>) option, (long) NOT_SENT_LOWAT);
        }
    }

    private static Channel open(ServerBootstrap bootstrap, String address, int port) throws ConfigException {
        var bound = bootstrap
                .option(ChannelOption.SO_REUSEADDR, true)
                .bind(new InetSocketAddress(address, port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new ConfigException("cannot listen on " + address + ":" + port + ": "
                    + (cause == null ? "unknown reason" : cause.getMessage()));
        }
        return bound.channel();
    }

    /** The port clients connect to. */
    public int publicPort() {
        return portOf(publicPort);
    }

    public int opsPort() {
        return portOf(opsPort);
    }

    private static int portOf(@Nullable Channel channel) {
        if (channel == null) {
            throw new IllegalStateException("not bound yet");
        }
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops accepting connections. */
    public void stopAccepting() {
        if (publicPort != null) {
            publicPort.close().awaitUninterruptibly();
        }
    }

    /** Closes all connections and stops the threads. */
    @Override
    public void close() {
        stopAccepting();
        if (opsPort != null) {
            opsPort.close().awaitUninterruptibly();
        }
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        acceptors.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        operators.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
