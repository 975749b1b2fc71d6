package presence.server;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import presence.wire.WireEncoder;

/**
 * Netty's handshake without its frame codec: checks a request and creates the response. Extensions are never
 * accepted: all recipients share one encoded frame.
 */
final class WebSocketHandshake extends WebSocketServerHandshaker13 {
    WebSocketHandshake() {
        // Only an obsolete draft uses the location.
        super("/ws", WireEncoder.PROTOCOL, WebSocketDecoderConfig.newBuilder().build());
    }

    static boolean isVersionSpoken(FullHttpRequest request) {
        return WebSocketVersion.V13
                .toHttpHeaderValue()
                .equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
    }

    /**
     * The response that completes the handshake.
     *
     * @throws io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException if the request is not
     *     a valid handshake
     */
    FullHttpResponse answer(FullHttpRequest request) {
        return newHandshakeResponse(request, EmptyHttpHeaders.INSTANCE);
    }
}
