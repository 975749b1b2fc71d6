package presence.cluster.doctor;

/**
 * What one check found, in a line.
 *
 * @param check what was looked at, a word or two
 * @param advice what to do about it; empty where nothing is to be done
 */
public record Finding(Status status, String check, String found, String advice) {
    /** How bad it is. */
    public enum Status {
        OK,
        /** It works, and may not for long or not well. */
        WARN,
        /** The service cannot work like this. */
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
