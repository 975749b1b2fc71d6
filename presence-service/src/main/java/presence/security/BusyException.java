package presence.security;

/** There are more tokens to check than there is time; later it will be better. Has no stack trace. */
public final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    public BusyException() {
        super("too many tokens are being checked", null, false, false);
    }
}
