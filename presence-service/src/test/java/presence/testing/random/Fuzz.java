package presence.testing.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Hostile inputs, {@value #DEFAULT_INPUTS} over all targets together or {@code -Dpresence.fuzz.inputs=N}. A failure
 * names its seed and the input; {@code -Dpresence.seed=N} runs that one alone, in one test (-Dtest=…).
 */
public final class Fuzz {
    /** The code under test; any exception is a finding. */
    public interface Target {
        /** @return the outcome, in a word */
        String take(byte[] input, Random random) throws Exception;
    }

    private static final int DEFAULT_INPUTS = 200_000;

    private Fuzz() {}

    /** The share of all inputs. */
    public static int inputs(int percent) {
        return (int) (Long.getLong("presence.fuzz.inputs", DEFAULT_INPUTS) * percent / 100);
    }

    /**
     * Runs the target with its share of inputs.
     *
     * @param expected outcomes that some inputs must have: a fuzzer that only gets refusals finds nothing
     */
    public static void check(
            String name, int percent, Function<Random, byte[]> source, Target target, String... expected) {
        Map<String, Integer> seen = new TreeMap<>();
        Seeded.check(inputs(percent), random -> {
            byte[] input = source.apply(random);
            String hex = HexFormat.of().formatHex(input);
            try {
                seen.merge(target.take(input, random), 1, Integer::sum);
            } catch (Throwable failure) {
                // Errors, too: a stack can overflow.
                throw new AssertionError("input " + hex + ": " + failure, failure);
            }
        });
        System.out.println("fuzzed " + name + ": " + seen);
        if (Long.getLong("presence.seed") == null && inputs(100) >= DEFAULT_INPUTS) {
            assertThat(seen).as("outcomes").containsKeys(expected);
        }
    }

    /** Runs the inputs in order. */
    public static byte[] concat(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
