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

/** The whole pipeline of a client connection, in order. Handlers that are done leave it. */
final class ClientPipeline extends ChannelInitializer<Channel> {
    /** Bodies are not expected. */
    private static final int MAX_BODY = 1_024;

    /** Nobody knows when another connection from the same address ends. */
    private static final long TRY_AGAIN_MS = 5_000;

    private final ClientConfig limits;
    private final ClientConnections sessions;
    private final Readiness readiness;
    private final StaticFiles files;
    private final AllowedOrigins origins;
    private final @Nullable ServerTls tls;
    private final @Nullable Networks balancers;
    private final ServiceMetrics metrics;
    private final ConnectionLimits connections;
    private final EnumCounters<Rejection> rejected;
    private final EnumCounters<LimitKind> limited;
    private final LongSupplier clock;

    /** @param balancers who must begin with a PROXY header; null: nobody */
    ClientPipeline(
            ServiceConfig config,
            ClientConnections sessions,
            Readiness readiness,
            StaticFiles files,
            AllowedOrigins origins,
            @Nullable ServerTls tls,
            @Nullable Networks balancers,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.limits = config.clients();
        this.connections = new ConnectionLimits(config.limits(), config.handshakes());
        this.sessions = sessions;
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
        this.limited = sessions.limited();
        this.clock = clock;
        metrics.watch(
                "presence.handshakes",
                "connections that are no WebSocket yet",
                connections,
                ConnectionLimits::shakingHands);
        metrics.watch(
                "presence.handshake.bytes",
                "what connections that are no WebSocket yet have sent",
                connections,
                ConnectionLimits::handshakeBytes);
    }

    /** A new connection: HTTP, and little time. */
    @Override
    protected void initChannel(Channel channel) {
        ConnectionLimits.Place place = connections.enter();
        channel.closeFuture().addListener(gone -> place.leave());
        LimitKind exceeded = exceeded(channel, place);
        if (exceeded != null) {
            limited.increment(exceeded);
            channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        // First, because it must see the connection before any byte, and bounds all that follows.
        pipeline.addLast("bounds", bounds(place));
        if (balancers != null) {
            // Before any protocol of the client's, because the balancer speaks first. They remove themselves.
            pipeline.addLast("proxy-decoder", ProxyHeader.newDecoder());
            pipeline.addLast("proxy", new ProxyHeader(balancers, place, rejected, limited));
        }
        if (tls != null) {
            // Before everything that reads or writes plain bytes; it stays.
            pipeline.addLast("tls", tls.newHandler(channel.alloc()));
        }
        pipeline.addLast("http", new HttpServerCodec(BoundedHeaders.decoder()))
                // Behind the codec, before anything that answers.
                .addLast("one", new OneRequestAtATime())
                // Turns a request in pieces into one.
                .addLast("request", new HttpObjectAggregator(MAX_BODY))
                // Last: answers, or lets the connection through and calls onHandshake.
                .addLast("door", new PublicHttpHandler(readiness, files, origins, rejected, place, this));
    }

    private @Nullable LimitKind exceeded(Channel channel, ConnectionLimits.Place place) {
        // First, so that one address uses up nothing that others share.
        if (balancers == null && channel.remoteAddress() instanceof InetSocketAddress client) {
            LimitKind ofAddress = place.cameFrom(client.getAddress());
            if (ofAddress != null) {
                return ofAddress;
            }
        }
        if (place.isOneTooMany()) {
            return LimitKind.HANDSHAKES;
        }
        return connections.arrivesTooFast(clock.getAsLong()) ? LimitKind.HANDSHAKE_RATE : null;
    }

    /**
     * The answer to the handshake is written: from here on the connection speaks WebSocket, to the session alone.
     *
     * @param token that the handshake carried; null if it did not
     */
    void onHandshake(Channel channel, ConnectionLimits.Place place, @Nullable String token) {
        place.shookHands();
        ChannelPipeline pipeline = channel.pipeline();
        // What is written from here on is no HTTP.
        pipeline.get(HttpServerCodec.class).removeOutboundHandler();
        pipeline.addLast("session", sessions.newHandler(channel.eventLoop(), arrival(place, token)));
        pipeline.remove("bounds");
        pipeline.remove("one");
        pipeline.remove("request");
        pipeline.remove("door");
        // Last: what the client sent right behind its handshake goes to the session, which is in place.
        pipeline.remove("http");
    }

    private HandshakeResult arrival(ConnectionLimits.Place place, @Nullable String token) {
        if (place.isOneTooManyFromThere()) {
            return new HandshakeResult(token, LimitKind.ADDRESS, TRY_AGAIN_MS);
        }
        long wait = connections.handshake(clock.getAsLong());
        return new HandshakeResult(token, wait == 0 ? null : LimitKind.HANDSHAKE_RATE, wait);
    }

    private HandshakeBounds bounds(ConnectionLimits.Place place) {
        return new HandshakeBounds(
                limits.handshakeTimeout().toMillis(), place, limited, metrics.handshakeTimeouts::increment);
    }
}
