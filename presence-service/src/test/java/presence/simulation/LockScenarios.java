package presence.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** The scenarios of {@link Scenarios}, whose users also lock and unlock. */
final class LockScenarios {
    private static final int NAMES = 2;
    private static final long AFTER_MS = 8_000;

    private LockScenarios() {}

    static Scenario of(long seed) {
        Scenario base = Scenarios.of(seed);
        SplittableRandom random = new SplittableRandom(~seed);
        long lastMs =
                AFTER_MS + base.steps().stream().mapToLong(Step::atMs).max().orElse(0);
        List<Step> steps = new ArrayList<>(base.steps());
        for (int i = 10 + random.nextInt(30); i > 0; i--) {
            Step.Kind kind = random.nextInt(4) == 0 ? Step.Kind.UNLOCK : Step.Kind.LOCK;
            steps.add(new Step(
                    random.nextLong(lastMs),
                    kind,
                    random.nextInt(base.users()),
                    random.nextInt(NAMES),
                    random.nextInt(2)));
        }
        steps.sort(Comparator.comparingLong(Step::atMs));
        return base.with(steps);
    }
}
