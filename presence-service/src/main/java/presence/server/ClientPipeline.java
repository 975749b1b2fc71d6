package presence.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.config.ClientConfig;
import presence.config.ServiceConfig;
import presence.connection.ClientConnections;
import presence.connection.HandshakeResult;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.ops.Readiness;
import presence.security.AllowedOrigins;
import presence.security.ConnectionLimits;
import presence.security.LimitKind;
import presence.security.Networks;
import presence.security.ProxyHeader;
import presence.security.Rejection;
import presence.security.ServerTls;

/** Builds the pipeline of a client connection, in order. Handlers remove themselves when they are done. */
final class ClientPipeline extends ChannelInitializer<Channel> {
    /** Requests have no bodies. */
    private static final int MAX_BODY = 1_024;

    /** An estimate: it is unknown when another connection from the same address ends. */
    private static final long TRY_AGAIN_MS = 5_000;

    private final ClientConfig limits;
    private final ClientConnections connections;
    private final Readiness readiness;
    private final StaticFiles files;
    private final AllowedOrigins origins;
    private final @Nullable ServerTls tls;
    private final @Nullable Networks balancers;
    private final ServiceMetrics metrics;
    private final ConnectionLimits connectionLimits;
    private final EnumCounters<Rejection> rejected;
    private final EnumCounters<LimitKind> limited;
    private final LongSupplier clock;

    /** @param balancers networks whose connections must begin with a PROXY header; null: no PROXY protocol */
    ClientPipeline(
            ServiceConfig config,
            ClientConnections connections,
            Readiness readiness,
            StaticFiles files,
            AllowedOrigins origins,
            @Nullable ServerTls tls,
            @Nullable Networks balancers,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.limits = config.clients();
        this.connectionLimits = new ConnectionLimits(config.limits(), config.handshakes());
        this.connections = connections;
        this.readiness = readiness;
        this.files = files;
        this.origins = origins;
        this.tls = tls;
        this.balancers = balancers;
        this.metrics = metrics;
        this.rejected = metrics.counterPer(
                Rejection.class,
                "presence.rejected",
                "reason",
                "connections refused before their handshake, by reason");
        this.limited = connections.limited();
        this.clock = clock;
        metrics.watch(
                "presence.handshakes",
                "connections before their WebSocket handshake",
                connectionLimits,
                ConnectionLimits::shakingHands);
        metrics.watch(
                "presence.handshake.bytes",
                "bytes sent by connections before their WebSocket handshake",
                connectionLimits,
                ConnectionLimits::handshakeBytes);
    }

    /** Sets up a new connection: HTTP, with a short timeout. */
    @Override
    protected void initChannel(Channel channel) {
        ConnectionLimits.Place place = connectionLimits.enter();
        channel.closeFuture().addListener(gone -> place.leave());
        LimitKind exceeded = exceeded(channel, place);
        if (exceeded != null) {
            limited.increment(exceeded);
            channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        // First: sees the connection before any byte and bounds all handlers behind it.
        pipeline.addLast("bounds", bounds(place));
        if (balancers != null) {
            // Before the client's protocols: the load balancer sends its header first. Both remove themselves.
            pipeline.addLast("proxy-decoder", ProxyHeader.newDecoder());
            pipeline.addLast("proxy", new ProxyHeader(balancers, place, rejected, limited));
        }
        if (tls != null) {
            // Before all handlers of plain bytes; stays in the pipeline.
            pipeline.addLast("tls", tls.newHandler(channel.alloc()));
        }
        pipeline.addLast("http", new HttpServerCodec(BoundedHeaders.decoder()))
                // Behind the codec, before every handler that responds.
                .addLast("one", new OneRequestAtATime())
                // Aggregates the parts of a request.
                .addLast("request", new HttpObjectAggregator(MAX_BODY))
                // Last: responds, or completes the handshake and calls onHandshake.
                .addLast("public-http", new PublicHttpHandler(readiness, files, origins, rejected, place, this));
    }

    private @Nullable LimitKind exceeded(Channel channel, ConnectionLimits.Place place) {
        // Checked first, so that one address cannot exhaust the limits that all share.
        if (balancers == null && channel.remoteAddress() instanceof InetSocketAddress client) {
            LimitKind ofAddress = place.cameFrom(client.getAddress());
            if (ofAddress != null) {
                return ofAddress;
            }
        }
        if (place.isOneTooMany()) {
            return LimitKind.HANDSHAKES;
        }
        return connectionLimits.arrivesTooFast(clock.getAsLong()) ? LimitKind.HANDSHAKE_RATE : null;
    }

    /**
     * Turns the pipeline into a WebSocket's after the handshake response was written: only the connection's handler
     * stays.
     *
     * @param token from the handshake; null if it had none
     */
    void onHandshake(Channel channel, ConnectionLimits.Place place, @Nullable String token) {
        place.shookHands();
        ChannelPipeline pipeline = channel.pipeline();
        // Writes are no longer HTTP.
        pipeline.get(HttpServerCodec.class).removeOutboundHandler();
        pipeline.addLast("connection", connections.newHandler(channel.eventLoop(), handshakeResult(place, token)));
        pipeline.remove("bounds");
        pipeline.remove("one");
        pipeline.remove("request");
        pipeline.remove("public-http");
        // Last: passes bytes received after the handshake to the connection's handler, which is in place now.
        pipeline.remove("http");
    }

    private HandshakeResult handshakeResult(ConnectionLimits.Place place, @Nullable String token) {
        if (place.isOneTooManyFromThere()) {
            return new HandshakeResult(token, LimitKind.ADDRESS, TRY_AGAIN_MS);
        }
        long wait = connectionLimits.handshake(clock.getAsLong());
        return new HandshakeResult(token, wait == 0 ? null : LimitKind.HANDSHAKE_RATE, wait);
    }

    private HandshakeBounds bounds(ConnectionLimits.Place place) {
        return new HandshakeBounds(
                limits.handshakeTimeout().toMillis(), place, limited, metrics.handshakeTimeouts::increment);
    }
}
