package presence.bench;

/** Something is missing on this machine, or did not do what a measurement needs; the message says what. */
final class CannotMeasureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotMeasureException(String why) {
        super(why);
    }
}
