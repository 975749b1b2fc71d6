package presence.bench.process;

/** Thrown when something a measurement needs is missing on this machine or failed; the message names it. */
public final class CannotMeasureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotMeasureException(String why) {
        super(why);
    }
}
