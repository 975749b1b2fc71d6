package presence.api;

/**
 * Bounds on what callers write for clients; the same as for clients.
 *
 * @param maxNameBytes of the fields of a profile but the avatar's URL, of names in a state, and of a signal's type
 * @param maxSignalBytes of a signal's payload
 * @param maxStateBytes of names and values of a state together
 * @param maxStateKeys of a state
 */
public record ApiLimits(int maxNameBytes, int maxSignalBytes, int maxStateBytes, int maxStateKeys) {
    static final int MAX_URL_BYTES = 2_048;
    static final int MAX_RECIPIENTS = 1_000;
}
