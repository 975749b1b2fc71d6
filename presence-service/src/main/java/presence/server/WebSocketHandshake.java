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
 * Netty's handshake without its frame codec: checks a request and makes the answer. Extensions are never
 * accepted; they would break the frame that all recipients share.
 */
final class WebSocketHandshake extends WebSocketServerHandshaker13 {
    WebSocketHandshake() {
        // The location is only for the ancient draft that named it.
        super("/ws", WireEncoder.PROTOCOL, WebSocketDecoderConfig.newBuilder().build());
    }

    static boolean isVersionSpoken(FullHttpRequest request) {
        return WebSocketVersion.V13
                .toHttpHeaderValue()
                .equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
    }

    /**
     * The answer that makes the connection a WebSocket.
     *
     * @throws io.netty.handler.codec.http.websocketx.WebSocketServerHandshakeException if the request does not ask
     *     for that properly
     */
    FullHttpResponse answer(FullHttpRequest request) {
        return newHandshakeResponse(request, EmptyHttpHeaders.INSTANCE);
    }
}
