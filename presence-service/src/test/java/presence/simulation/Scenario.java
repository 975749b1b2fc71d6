package presence.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What happens in one run; a value.
 *
 * @param seed of every delay and of all that is random in the nodes
 * @param usualUs most of what a packet takes
 */
record Scenario(long seed, int nodes, int users, int boards, int usualUs, List<Step> steps) {
    private static final long BOUND_MS = 25_000;
    /** Where no fault happened, and no timeout has to be waited for. */
    private static final long CALM_BOUND_MS = 5_000;
    /** An owner whose board no other node follows misses its segment with the next touch: every 30 s ± 20 %. */
    private static final long EVICTION_BOUND_MS = 40_000;

    private static final long FIRST_MS = 500;
    private static final int LEAST_STEPS = 8;
    private static final int MORE_STEPS = 22;

    /** Makes the scenario of a seed. */
    static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        int nodes = 3 + random.nextInt(3);
        int users = 3 + random.nextInt(5);
        long activeMs = 6_000 + random.nextInt(14_000);
        int faults = random.nextInt(5);
        List<Step> steps = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            steps.add(new Step(random.nextInt(2_000), Step.Kind.JOIN, user, random.nextInt(nodes), 0));
        }
        for (int i = LEAST_STEPS + random.nextInt(MORE_STEPS); i > 0; i--) {
            steps.add(ofUser(random, FIRST_MS + random.nextLong(activeMs), random.nextInt(users), nodes));
        }
        for (int i = 0; i < faults; i++) {
            steps.add(fault(random, FIRST_MS + random.nextLong(activeMs), nodes));
        }
        steps.sort(Comparator.comparingLong(Step::atMs));
        int usualUs = random.nextInt(4) == 0 ? 15_000 : 800;
        return new Scenario(seed, nodes, users, 1 + random.nextInt(2), usualUs, List.copyOf(steps));
    }

    private static Step ofUser(SplittableRandom random, long atMs, int user, int nodes) {
        int node = random.nextInt(nodes);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Step(atMs, Step.Kind.JOIN, user, node, 0);
            case 3 -> new Step(atMs, Step.Kind.LEAVE, user, node, 0);
            case 4 -> new Step(atMs, Step.Kind.VANISH, user, node, 0);
            case 5, 6 -> new Step(atMs, Step.Kind.DROP, user, node, random.nextInt(1_500));
            case 7 -> new Step(atMs, Step.Kind.TWIN, user, node, random.nextInt(4_000));
            case 8, 9, 10 -> new Step(atMs, Step.Kind.MOVE, user, node, 0);
            default -> new Step(atMs, Step.Kind.PATCH, user, node, 0);
        };
    }

    private static Step fault(SplittableRandom random, long atMs, int nodes) {
        int node = random.nextInt(nodes);
        return switch (random.nextInt(17)) {
            case 0 -> new Step(atMs, Step.Kind.KILL, node, 0, 0);
            case 1 -> new Step(atMs, Step.Kind.BOOT, node, 0, 0);
            case 2 -> new Step(atMs, Step.Kind.STOP, node, 0, random.nextInt(1_000));
            case 3 -> new Step(atMs, Step.Kind.FREEZE, node, 0, random.nextInt(14_000));
            case 4, 5 -> new Step(atMs, Step.Kind.CUT, node, 0, random.nextInt(14_000));
            case 6 -> new Step(atMs, Step.Kind.SLOW, node, 0, random.nextInt(5_000));
            case 7, 8, 9 -> new Step(atMs, Step.Kind.CLOSE, node, random.nextInt(3), 0);
            case 10 -> new Step(atMs, Step.Kind.FLUSH, 0, 0, 0);
            case 11 -> new Step(atMs, Step.Kind.RESTART, 0, 0, random.nextInt(12_000));
            case 12 -> new Step(atMs, Step.Kind.FAILOVER, 0, 0, random.nextInt(6_000));
            case 13 -> new Step(atMs, Step.Kind.READONLY, 0, 0, random.nextInt(12_000));
            case 14 -> new Step(atMs, Step.Kind.CLOCK, 0, 0, jumpMs(random));
            case 15 -> new Step(atMs, Step.Kind.MUTE, node, 0, 0);
            default ->
                random.nextBoolean()
                        ? new Step(atMs, Step.Kind.EVICT, random.nextInt(8), 0, 0)
                        : new Step(atMs, Step.Kind.EXPIRE, node, 0, 0);
        };
    }

    private static long jumpMs(SplittableRandom random) {
        long far = 10_000 + random.nextInt(600_000);
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(10_000) - 5_000;
            case 1 -> far;
            default -> -far - 300_000;
        };
    }

    long endMs() {
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).atMs();
    }

    boolean has(Step.Kind kind) {
        return steps.stream().anyMatch(step -> step.kind() == kind);
    }

    /** Whether only users do something, and leave no member that waits for its grace period to end. */
    boolean isCalm() {
        return steps.stream()
                .noneMatch(step -> step.kind().compareTo(Step.Kind.KILL) >= 0
                        || step.kind() == Step.Kind.VANISH
                        || step.kind() == Step.Kind.LEAVE && mayBeOffline(step));
    }

    /** Whether the user of a step may have lost its connection before: a leave then reaches no node. */
    private boolean mayBeOffline(Step step) {
        return steps.stream()
                .anyMatch(before -> before.kind() == Step.Kind.DROP
                        && before.subject() == step.subject()
                        && before.atMs() <= step.atMs());
    }

    /** Time within which everything is exact again after the last fault has ended. */
    long boundMs() {
        if (isCalm()) {
            return CALM_BOUND_MS;
        }
        return has(Step.Kind.EVICT) ? EVICTION_BOUND_MS : BOUND_MS;
    }

    Scenario with(List<Step> fewer) {
        return new Scenario(seed, nodes, users, boards, usualUs, List.copyOf(fewer));
    }
}
