package presence.simulation;

import java.util.List;

/**
 * How a run ended.
 *
 * @param violations empty if all invariants held and all views converged
 * @param convergedMs after the last fault ended; -1 if not within the bound
 * @param grants of locks that clients were told
 * @param trace a fingerprint of all that happened
 */
record Outcome(List<String> violations, long convergedMs, int grants, long trace, long events, List<String> story) {
    boolean isGood() {
        return violations.isEmpty();
    }

    /** The first violation without names and numbers: shrinking keeps the kind. */
    String kind() {
        return isGood() ? "" : violations.get(0).replaceAll("[0-9]+", "").split(":", 2)[0];
    }
}
