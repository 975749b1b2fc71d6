package presence.security;

import java.util.concurrent.CompletionStage;

/** Tells who the bearer of a token is. Thread-safe. */
public interface Authenticator {
    /**
     * Never blocks. Usually done at once; not if a key must be fetched first, then it ends on any thread.
     *
     * @return fails with {@link UnauthorizedException} if the token is not accepted
     */
    CompletionStage<Identity> authenticate(String token);
}
