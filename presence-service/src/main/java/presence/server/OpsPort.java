package presence.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.OpsConfig;
import presence.metrics.EnumCounters;
import presence.model.RateLimit;
import presence.ops.OpsHandler;
import presence.ops.OpsLimit;

/**
 * Serves the operators' port on a thread of its own, so that its requests do not delay connects to the public port.
 * Everything below runs on that one event loop.
 */
final class OpsPort extends ChannelInitializer<Channel> {
    private static final Logger log = LoggerFactory.getLogger(OpsPort.class);

    /** Fits a thousand user ids, the API's limit, with escapes. */
    private static final int BODY_BYTES = 256 * 1_024;

    /** Exempt from the rate limit: probes must not be delayed by other requests. */
    private static final String CHEAP = "/health/";

    private final MultiThreadIoEventLoopGroup group;
    private final OpsConfig config;
    private final OpsHandler handler;
    private final EnumCounters<OpsLimit> limited;
    private final LongSupplier clock;
    private final RateLimit rate;

    private int open;
    /** Connections without a request in progress, the longest waiting first. */
    private final Set<OpsConnection> waiting = new LinkedHashSet<>();

    private final Queue<Runnable> delayed = new ArrayDeque<>();

    /** @param group with one thread */
    OpsPort(MultiThreadIoEventLoopGroup group, OpsConfig config, OpsHandler handler, LongSupplier clock) {
        this.group = group;
        this.config = config;
        this.handler = handler;
        this.limited = handler.limited();
        this.clock = clock;
        this.rate = new RateLimit(config.requestsPerSecond());
    }

    ServerBootstrap bootstrap(Transport transport) {
        return new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .childHandler(this);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.closeFuture().addListener(gone -> open--);
        if (++open > config.maxConnections() && !endOldest()) {
            limited.increment(OpsLimit.CONNECTIONS);
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new HttpServerCodec(BoundedHeaders.decoder()))
                .addLast(new OpsConnection(waiting, config.timeout().toMillis(), limited))
                .addLast(new OneRequestAtATime())
                .addLast(new HttpObjectAggregator(BODY_BYTES))
                .addLast(new Turn())
                .addLast(handler);
    }

    /**
     * Closes the longest waiting connection of the address with the most, so that idle connections keep no other out.
     */
    private boolean endOldest() {
        Map<Object, Integer> counts = new HashMap<>();
        waiting.forEach(connection -> counts.merge(connection.address(), 1, Integer::sum));
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return waiting.stream()
                .filter(connection -> counts.getOrDefault(connection.address(), 0) == most)
                .findFirst()
                .map(oldest -> {
                    limited.increment(OpsLimit.CONNECTIONS);
                    oldest.end();
                    return true;
                })
                .orElse(false);
    }

    /** Delays a request beyond the rate limit. */
    private final class Turn extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (request.uri().startsWith(CHEAP) || delayed.isEmpty() && rate.take(1, clock.getAsLong()) == 0) {
                context.fireChannelRead(request.retain());
                return;
            }
            limited.increment(OpsLimit.RATE);
            request.retain();
            delayed.add(() -> {
                if (context.channel().isActive()) {
                    context.fireChannelRead(request);
                } else {
                    request.release();
                }
            });
            if (delayed.size() == 1) {
                serveDelayed(context.executor());
            }
        }

        /** A failure ends only this connection. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug(
                    "operators' connection failed connection={}",
                    context.channel().id(),
                    cause);
            context.close();
        }
    }

    private void serveDelayed(EventExecutor executor) {
        while (!delayed.isEmpty()) {
            long waitMs = rate.take(1, clock.getAsLong());
            if (waitMs > 0) {
                executor.schedule(() -> serveDelayed(executor), waitMs, TimeUnit.MILLISECONDS);
                return;
            }
            delayed.remove().run();
        }
    }
}
