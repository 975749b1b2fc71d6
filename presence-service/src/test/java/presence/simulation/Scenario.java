package presence.simulation;

import java.util.List;

/**
 * What happens in one run; a value.
 *
 * @param seed of every delay and of all that is random in the nodes
 * @param usualUs most of what a packet takes
 * @param lingerMs how long a node follows a board that none of its members is on
 */
record Scenario(long seed, int nodes, int users, int boards, int usualUs, int lingerMs, List<Step> steps) {
    private static final long JOIN_BOUND_MS = 6_000;

    /** When all faults end that have not ended before: of half of the seeds they last as long as they may. */
    long restMs() {
        boolean outlasted = (seed & 1) == 0;
        return steps.stream()
                .mapToLong(step -> step.atMs() + (outlasted ? step.lastsMs() : 0))
                .max()
                .orElse(0);
    }

    boolean has(Step.Kind kind) {
        return steps.stream().anyMatch(step -> step.kind() == kind);
    }

    /** Whether more happens than what users do. */
    boolean hasFaults() {
        return steps.stream().anyMatch(step -> step.kind().isFault());
    }

    /**
     * When everything is exact at the latest, in milliseconds since the start.
     *
     * @param restMs when all faults end that have not ended before
     */
    long exactByMs(long restMs) {
        long latest = restMs + JOIN_BOUND_MS;
        for (Step step : steps) {
            long endMs = Math.min(restMs, step.atMs() + step.lastsMs());
            latest = Math.max(latest, endMs + step.boundMs());
        }
        return latest;
    }

    Scenario with(List<Step> fewer) {
        return new Scenario(seed, nodes, users, boards, usualUs, lingerMs, List.copyOf(fewer));
    }
}
