package presence.connection;

import org.jspecify.annotations.Nullable;
import presence.security.LimitKind;

/**
 * The result of a WebSocket handshake: token, and a limit that refuses the connection.
 *
 * @param token from the handshake; null if it had none: the first frame may carry it
 * @param exceeded the limit that the connection exceeds; null if none
 * @param retryAfterMs until another attempt may succeed
 */
public record HandshakeResult(
        @Nullable String token, @Nullable LimitKind exceeded, long retryAfterMs) {}
