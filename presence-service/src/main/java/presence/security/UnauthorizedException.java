package presence.security;

/** A token that is not accepted. The message, sent to the client, says why. Has no stack trace, to be cheap. */
public final class UnauthorizedException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnauthorizedException(String message) {
        super(message, null, false, false);
    }
}
