package presence.bench.client;

import java.util.SplittableRandom;

/**
 * A mover that walks over a board, and now and then goes far away at once, in a way that depends on its seed only. The
 * lowest bits of x and y count its moves, so that a receiver knows which move a position belongs to.
 */
public final class WanderingMover extends Mover {
    /** The smallest coordinate, so that each takes three bytes on the wire. */
    public static final int ORIGIN = 8_192;

    private static final int CODE_BITS = 3;
    private static final int CODE = (1 << CODE_BITS) - 1;
    private static final int CODES = 1 << 2 * CODE_BITS;
    /** 5 to 45 board units: a pointer in use, at 20 moves a second. */
    private static final int LEAST_STEP = 80;

    private static final int MORE_STEP = 640;
    private static final double MOST_TURN = 0.6;
    /** One move of so many leads anywhere on the board. */
    private static final int FAR = 400;

    private final int width;
    private final int height;
    private final SplittableRandom random;
    private int[] xs = {};
    private int[] ys = {};
    private double x;
    private double y;
    private double heading;

    /** @param width of the board, which begins at {@link #ORIGIN}; in 1/16 board unit, as the height */
    public WanderingMover(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.random = new SplittableRandom(seed);
        goAnywhere();
    }

    private void goAnywhere() {
        x = random.nextDouble() * width;
        y = random.nextDouble() * height;
        heading = random.nextDouble() * 2 * Math.PI;
    }

    private void step() {
        if (random.nextInt(FAR) == 0) {
            goAnywhere();
            return;
        }
        heading += (random.nextDouble() - 0.5) * 2 * MOST_TURN;
        double far = LEAST_STEP + random.nextInt(MORE_STEP);
        double toX = x + far * Math.cos(heading);
        double toY = y + far * Math.sin(heading);
        if (toX < 0 || toX >= width || toY < 0 || toY >= height) {
            heading += Math.PI;
            return;
        }
        x = toX;
        y = toY;
    }

    @Override
    public long next(long nowNanos) {
        if (xs.length == 0) {
            xs = new int[KEPT];
            ys = new int[KEPT];
        }
        step();
        long number = count() + 1;
        int at = (int) (number % KEPT);
        xs[at] = ORIGIN + (int) x & ~CODE | (int) number & CODE;
        ys[at] = ORIGIN + (int) y & ~CODE | (int) (number >> CODE_BITS) & CODE;
        return super.next(nowNanos);
    }

    @Override
    public int xOf(long number) {
        return xs[(int) (number % KEPT)];
    }

    @Override
    public int yOf(long number) {
        return ys[(int) (number % KEPT)];
    }

    @Override
    public long numberAt(int atX, int atY) {
        long last = count();
        int code = atX & CODE | (atY & CODE) << CODE_BITS;
        for (long number = last - Math.floorMod(last - code, CODES);
                number > Math.max(0, last - KEPT);
                number -= CODES) {
            if (xOf(number) == atX && yOf(number) == atY) {
                return number;
            }
        }
        return 0;
    }
}
