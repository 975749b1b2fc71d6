package presence.security;

/** Why a connection was refused before it became a WebSocket. */
public enum Rejection {
    /** The page it comes from is not among {@link AllowedOrigins}. */
    ORIGIN,
    /** A PROXY header is expected, and it does not come from where balancers are. */
    UNTRUSTED_PROXY,
    /** A PROXY header is expected, and it began with something else. */
    BAD_PROXY_HEADER
}
