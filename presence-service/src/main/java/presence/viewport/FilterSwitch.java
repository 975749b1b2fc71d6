package presence.viewport;

/**
 * Turns the filter on for boards on which much moves, and off when it has become quiet; the two bounds differ, so that it
 * does not go on and off with every tick.
 */
final class FilterSwitch {
    private static final double SMOOTHING = 0.1;
    /** Off below this share of the bounds for on. */
    private static final double OFF = 0.75;
    /** A board has as many times the threshold of positions in members. */
    private static final int MEMBERS = 2;

    private final int threshold;
    private double perTick;
    private boolean on;

    /** @param threshold positions per tick; 0 = always off */
    FilterSwitch(int threshold) {
        this.threshold = threshold;
    }

    boolean isOn() {
        return on;
    }

    /** Notes a tick and returns whether the filter is on from this tick on. */
    boolean ticked(int moved, int members) {
        perTick += SMOOTHING * (moved - perTick);
        double share = on ? OFF : 1;
        on = threshold > 0 && perTick >= share * threshold && members >= share * MEMBERS * threshold;
        return on;
    }
}
