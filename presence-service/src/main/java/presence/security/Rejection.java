package presence.security;

/** Why a connection was refused before it became a WebSocket. */
public enum Rejection {
    /** The page it comes from is not among {@link AllowedOrigins}. */
    ORIGIN
}
