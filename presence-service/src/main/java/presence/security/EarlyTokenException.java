package presence.security;

/** A token that is accepted shortly: its issuer's clock is ahead of this node's. Has no stack trace. */
public final class EarlyTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long retryAfterMs;

    /** @param retryAfterMs until it is accepted */
    public EarlyTokenException(long retryAfterMs) {
        super("the token is not valid yet", null, false, false);
        this.retryAfterMs = retryAfterMs;
    }

    public long retryAfterMs() {
        return retryAfterMs;
    }
}
