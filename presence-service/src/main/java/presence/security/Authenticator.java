package presence.security;

import java.util.concurrent.CompletionStage;

/** Tells who the bearer of a token is. Thread-safe. */
public interface Authenticator {
    /**
     * Never blocks, never throws. May be done at once, else it ends on any thread.
     *
     * @return fails with {@link UnauthorizedException} if the token is not accepted, with {@link BusyException} if
     *     that cannot be said now, with {@link EarlyTokenException} if it will be accepted soon
     */
    CompletionStage<Identity> authenticate(String token);
}
