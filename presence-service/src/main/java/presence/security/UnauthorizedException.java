package presence.security;

/** A token that is not accepted. The message says why, to its bearer. Has no stack trace: bad tokens are cheap. */
public final class UnauthorizedException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnauthorizedException(String message) {
        super(message, null, false, false);
    }
}
