package presence.connection;

import org.jspecify.annotations.Nullable;
import presence.security.LimitKind;

/**
 * What is known of a connection when it becomes a WebSocket.
 *
 * @param token that came with the handshake; null if none did: it may come as the first frame
 * @param exceeded a limit that leaves no room for it; null if there is room
 * @param retryAfterMs when there may be room
 */
public record HandshakeResult(
        @Nullable String token, @Nullable LimitKind exceeded, long retryAfterMs) {}
