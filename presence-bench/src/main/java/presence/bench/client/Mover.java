package presence.bench.client;

/**
 * One user's moves. A position carries the number of its move: x counts them, so that a receiver knows when a position
 * was sent, as sender and receivers share a clock. Written by the user's event loop, read by all.
 */
public class Mover {
    /** Coordinates of 1,000 to 4,000 board units, in sixteenths: three bytes each on the wire. */
    public static final int LOWEST = 16_000;
    /** Moves until x begins again; at 60 a second after nine minutes. */
    static final int CYCLE = 32_768;
    /** Send times kept: the last eight seconds at 60 moves a second. */
    static final int KEPT = 512;

    private final long[] sentNanos = new long[KEPT];
    private volatile long count;

    /** Records a move and returns its number, from 1. */
    public long next(long nowNanos) {
        long number = count + 1;
        sentNanos[(int) (number % KEPT)] = nowNanos;
        count = number;
        return number;
    }

    public long count() {
        return count;
    }

    public long sentNanos(long number) {
        return sentNanos[(int) (number % KEPT)];
    }

    public static int x(long number) {
        return LOWEST + (int) (number % CYCLE);
    }

    public static int y(long number) {
        return LOWEST + (int) (number * 37 % CYCLE);
    }

    /** Returns where it went with this move, which is among the last {@value #KEPT}. */
    public int xOf(long number) {
        return x(number);
    }

    /** Returns where it went with this move, which is among the last {@value #KEPT}. */
    public int yOf(long number) {
        return y(number);
    }

    /** Returns the move that a position belongs to: the last one that led there; 0 = none did. */
    public long numberAt(int x, int y) {
        return numberAt(x);
    }

    /** Returns the move that a position belongs to: the last one with this x. */
    public long numberAt(int x) {
        long last = count;
        return last - Math.floorMod(last - (x - LOWEST), CYCLE);
    }
}
