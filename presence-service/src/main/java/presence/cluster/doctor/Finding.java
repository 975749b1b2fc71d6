package presence.cluster.doctor;

/**
 * Result of one check, in one line.
 *
 * @param check name of the check, one or two words
 * @param advice what to do; empty if nothing
 */
public record Finding(Status status, String check, String found, String advice) {
    /** Severity. */
    public enum Status {
        OK,
        /** The service works, but may fail later or perform badly. */
        WARN,
        /** The service cannot work with this. */
        FAIL
    }

    public static Finding ok(String check, String found) {
        return new Finding(Status.OK, check, found, "");
    }

    public static Finding warn(String check, String found, String advice) {
        return new Finding(Status.WARN, check, found, advice);
    }

    public static Finding fail(String check, String found, String advice) {
        return new Finding(Status.FAIL, check, found, advice);
    }
}
