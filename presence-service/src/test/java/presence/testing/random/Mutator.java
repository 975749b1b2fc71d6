package presence.testing.random;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Mutates valid inputs. */
public final class Mutator implements Function<Random, byte[]> {
    private static final byte[] EDGES = {0, 1, 0x7d, 0x7e, 0x7f, (byte) 0x80, (byte) 0xfe, (byte) 0xff};
    private static final long[] LENGTHS = {
        0, 1, 125, 126, 127, 0xffff, 0x10000, Integer.MAX_VALUE, 0xffff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1
    };
    private static final int MAX_NOISE = 200;
    private static final int MAX_BYTES = 100_000;

    private final Function<Random, byte[]> good;
    private final List<byte[]> words;

    /** @param words with a meaning to the parser, inserted at random */
    public Mutator(Function<Random, byte[]> good, List<byte[]> words) {
        this.good = good;
        this.words = words;
    }

    /** The next input: sometimes noise, sometimes unchanged, mostly something in between. */
    @Override
    public byte[] apply(Random random) {
        if (random.nextInt(20) == 0) {
            return noise(random, random.nextInt(MAX_NOISE));
        }
        byte[] bytes = good.apply(random);
        for (int left = random.nextInt(5); left > 0; left--) {
            bytes = mutated(bytes, random);
        }
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private byte[] mutated(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int to = at + random.nextInt(bytes.length - at + 1);
        int near = Math.min(bytes.length, at + random.nextInt(8));
        return switch (random.nextInt(words.isEmpty() ? 10 : 13)) {
            case 0 -> changed(bytes, random, (byte) (1 << random.nextInt(8)));
            case 1 -> overwritten(bytes, at, new byte[] {EDGES[random.nextInt(EDGES.length)]});
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> replaced(bytes, at, near, new byte[0]);
            case 4 -> repeated(bytes, at, random.nextBoolean() ? to : near, 1 + random.nextInt(4));
            case 5 -> replaced(bytes, at, at, noise(random, 1 + random.nextInt(8)));
            case 6 -> spliced(bytes, at, good.apply(random), random);
            case 7 -> overwritten(bytes, at, length(random));
            case 8 -> stretched(bytes, at, random.nextInt(11));
            case 9 -> Fuzz.concat(bytes, good.apply(random));
            case 10 -> overwritten(bytes, at, words.get(random.nextInt(words.size())));
            default -> replaced(bytes, at, random.nextBoolean() ? at : near, words.get(random.nextInt(words.size())));
        };
    }

    private static byte[] noise(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] changed(byte[] bytes, Random random, byte bits) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            changed[random.nextInt(changed.length)] ^= bits;
        }
        return changed;
    }

    private static byte[] overwritten(byte[] bytes, int at, byte[] by) {
        return replaced(bytes, at, Math.min(bytes.length, at + by.length), by);
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        return Fuzz.concat(Arrays.copyOf(bytes, from), by, Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private static byte[] repeated(byte[] bytes, int from, int to, int times) {
        byte[] range = Arrays.copyOfRange(bytes, from, to);
        byte[] ranges = range;
        for (int i = 1; i < times; i++) {
            ranges = Fuzz.concat(ranges, range);
        }
        return replaced(bytes, to, to, ranges);
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] other, Random random) {
        int from = random.nextInt(other.length + 1);
        return Fuzz.concat(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, from, other.length));
    }

    /** A number as length fields of 1, 2, 4 or 8 bytes hold it. */
    private static byte[] length(Random random) {
        long value = random.nextBoolean() ? LENGTHS[random.nextInt(LENGTHS.length)] : random.nextInt(300);
        byte[] bytes = new byte[1 << random.nextInt(4)];
        for (int i = bytes.length - 1; i >= 0; i--) {
            bytes[i] = (byte) value;
            value >>= 8;
        }
        return bytes;
    }

    /** Extends a varint by as many bytes, without changing its value. */
    private static byte[] stretched(byte[] bytes, int at, int more) {
        if (at == bytes.length) {
            return bytes;
        }
        byte[] stretched = new byte[more + 1];
        Arrays.fill(stretched, (byte) 0x80);
        stretched[0] = (byte) (bytes[at] | 0x80);
        stretched[more] &= 0x7f;
        return replaced(bytes, at, at + 1, stretched);
    }
}
