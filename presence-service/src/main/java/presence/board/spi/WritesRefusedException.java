package presence.board.spi;

/** What the whole cluster has cannot be known: the store that nodes share refuses what they write. */
public final class WritesRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param error with which the store refuses, its first word */
    public WritesRefusedException(String error) {
        super("Redis refuses writes: " + error, null, false, false);
    }
}
