package presence.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the token of a handshake: from a header, or, for browsers, which cannot set one, from subprotocol or query. */
final class HandshakeToken {
    private static final String SCHEME = "Bearer ";
    private static final String SUBPROTOCOL = "bearer.";
    private static final String PARAMETER = "token";

    private HandshakeToken() {}

    /** The first of {@code Authorization}, subprotocol and query; null if there is none. */
    static @Nullable String in(HttpHeaders headers, QueryStringDecoder uri) {
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return authorization.substring(SCHEME.length()).strip();
        }
        for (String offered : headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (String protocol : offered.split(",")) {
                if (protocol.strip().startsWith(SUBPROTOCOL)) {
                    return protocol.strip().substring(SUBPROTOCOL.length());
                }
            }
        }
        return uri.parameters().getOrDefault(PARAMETER, List.of()).stream()
                .findFirst()
                .orElse(null);
    }
}
