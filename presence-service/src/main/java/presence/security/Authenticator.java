package presence.security;

import java.util.concurrent.CompletionStage;

/** Verifies a token and returns its bearer's identity. Thread-safe. */
public interface Authenticator {
    /**
     * Never blocks, never throws. Completes at once, or later on any thread.
     *
     * @return fails with {@link UnauthorizedException} if the token is not accepted, with {@link BusyException} if
     *     too many tokens are being checked, with {@link EarlyTokenException} if it will be accepted soon
     */
    CompletionStage<Identity> authenticate(String token);
}
