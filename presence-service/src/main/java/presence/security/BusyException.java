package presence.security;

/** Too many tokens wait for their check; the client may retry later. Has no stack trace. */
public final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    public BusyException() {
        super("too many tokens are being checked", null, false, false);
    }
}
