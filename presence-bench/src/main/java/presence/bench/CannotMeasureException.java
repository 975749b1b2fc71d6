package presence.bench;

/** Thrown when something a measurement needs is missing on this machine or failed; the message names it. */
final class CannotMeasureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotMeasureException(String why) {
        super(why);
    }
}
