package presence.server;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.metrics.EnumCounters;
import presence.model.Printable;
import presence.ops.HttpReply;
import presence.ops.Readiness;
import presence.security.AllowedOrigins;
import presence.security.ClientAddress;
import presence.security.ConnectionLimits;
import presence.security.Rejection;

/** Serves health and files, and upgrades connections to WebSocket. Removed after the handshake. */
final class PublicHttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(PublicHttpHandler.class);
    private static final Set<String> WEB_SOCKET_PATHS = Set.of("/", "/ws");
    /** More than a page needs. Without a bound one connection could delay the others of its event loop. */
    private static final int MAX_REQUESTS = 100;

    private final Readiness readiness;
    private final StaticFiles files;
    private final AllowedOrigins origins;
    private final EnumCounters<Rejection> rejected;
    private final ConnectionLimits.Place place;
    private final ClientPipeline pipeline;

    private int requests;

    PublicHttpHandler(
            Readiness readiness,
            StaticFiles files,
            AllowedOrigins origins,
            EnumCounters<Rejection> rejected,
            ConnectionLimits.Place place,
            ClientPipeline pipeline) {
        this.readiness = readiness;
        this.files = files;
        this.origins = origins;
        this.rejected = rejected;
        this.place = place;
        this.pipeline = pipeline;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        requests++;
        if (!request.decoderResult().isSuccess()) {
            reply(context, request, HttpReply.text(HttpResponseStatus.BAD_REQUEST, "malformed HTTP request"), false);
            return;
        }
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String path = uri.rawPath();
        if (wantsWebSocket(request)) {
            upgrade(context, request, uri);
        } else if (!asks(request.method())) {
            reply(context, request, HttpReply.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET, HEAD"), false);
        } else if (path.equals("/healthz")) {
            reply(context, request, health(), true);
        } else if (path.equals("/ws")) {
            FullHttpResponse response =
                    HttpReply.text(HttpResponseStatus.UPGRADE_REQUIRED, "this is a WebSocket endpoint");
            response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
            reply(context, request, response, true);
        } else {
            reply(context, request, files.get(path, request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH)), true);
        }
    }

    /** The codec omits the body of a response to HEAD. */
    private static boolean asks(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private static boolean wantsWebSocket(FullHttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private FullHttpResponse health() {
        return readiness.acceptsTraffic()
                ? HttpReply.text(HttpResponseStatus.OK, "ok")
                : HttpReply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining or starting");
    }

    private void upgrade(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder uri) {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            refuse(context, request, "WebSocket needs HTTP/1.1");
            return;
        }
        if (!WEB_SOCKET_PATHS.contains(uri.rawPath()) || !WebSocketHandshake.isVersionSpoken(request)) {
            refuse(context, request, "use WebSocket version 13 at /ws");
            return;
        }
        if (!readiness.acceptsTraffic()) {
            // Accepted before the port closed; it would be sent elsewhere at once.
            reply(context, request, health(), false);
            return;
        }
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (!origins.allow(origin)) {
            rejected.increment(Rejection.ORIGIN);
            log.debug(
                    "origin refused connection={} client={} origin={}",
                    context.channel().id(),
                    ClientAddress.text(context.channel()),
                    Printable.of(origin));
            reply(context, request, HttpReply.text(HttpResponseStatus.FORBIDDEN, "this page may not connect"), false);
            return;
        }
        String token;
        FullHttpResponse answer;
        try {
            token = HandshakeToken.in(request.headers(), uri);
            answer = new WebSocketHandshake().answer(request);
        } catch (WebSocketServerHandshakeException e) {
            refuse(context, request, String.valueOf(e.getMessage()));
            return;
        } catch (IllegalArgumentException e) {
            refuse(context, request, "the query cannot be decoded");
            return;
        }
        // Not flushed: leaves together with the welcome frame.
        context.write(answer, context.voidPromise());
        pipeline.onHandshake(context.channel(), place, token);
    }

    private void refuse(ChannelHandlerContext context, FullHttpRequest request, String why) {
        reply(context, request, HttpReply.text(HttpResponseStatus.BAD_REQUEST, why), false);
    }

    private void reply(
            ChannelHandlerContext context, FullHttpRequest request, FullHttpResponse response, boolean mayStay) {
        boolean keepAlive = mayStay && requests < MAX_REQUESTS && HttpUtil.isKeepAlive(request);
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.trace("connection reset before its handshake", cause);
        } else {
            log.debug("handshake refused connection={}", context.channel().id(), cause);
        }
        context.close();
    }
}
