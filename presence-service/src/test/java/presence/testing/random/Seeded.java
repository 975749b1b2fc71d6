package presence.testing.random;

import java.util.Random;

/**
 * Runs properties over reproducible random inputs: a failure names its seed, and {@code -Dpresence.seed=N}
 * runs only that one. {@code -Dpresence.rounds=N} runs more rounds.
 */
public final class Seeded {
    /** One round of a property; everything random in it comes from {@code random}. */
    public interface Property {
        void holdsFor(Random random) throws Exception;
    }

    private Seeded() {}

    public static void check(int rounds, Property property) {
        Long seed = Long.getLong("presence.seed");
        if (seed != null) {
            checkOne(seed, property);
            return;
        }
        for (int round = 1; round <= Integer.getInteger("presence.rounds", rounds); round++) {
            checkOne(round, property);
        }
    }

    private static void checkOne(long seed, Property property) {
        try {
            property.holdsFor(new Random(seed * 0x9E3779B97F4A7C15L));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "seed " + seed + " (again with -Dpresence.seed=" + seed + "): " + failure, failure);
        }
    }
}
