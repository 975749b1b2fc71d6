package presence.board.spi;

/** Thrown when a query needs a write and the shared store refuses writes. */
public final class WritesRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param error the first word of the store's error */
    public WritesRefusedException(String error) {
        super("Redis refuses writes: " + error, null, false, false);
    }
}
