package presence.security;

/** Why a connection was refused before it became a WebSocket. */
public enum Rejection {
    /** The page's origin is not among {@link AllowedOrigins}. */
    ORIGIN,
    /** A PROXY header is expected, and the peer is not in a trusted network. */
    UNTRUSTED_PROXY,
    /** A PROXY header is expected, and the connection does not begin with one. */
    BAD_PROXY_HEADER
}
