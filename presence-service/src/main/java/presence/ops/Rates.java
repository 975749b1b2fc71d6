package presence.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How fast counters rise, over the last {@value #WINDOW} looks: for people who look at a node without a Prometheus.
 * Thread-safe.
 */
public final class Rates {
    private static final int WINDOW = 10;

    private final LongSupplier clock;
    private final String[] names;
    private final DoubleSupplier[] counters;
    private final double[][] seen;
    private final long[] seenMs;
    private int looks;

    /**
     * @param counters by the name that their rate has
     * @param clock monotonic milliseconds
     */
    public Rates(Map<String, DoubleSupplier> counters, LongSupplier clock) {
        this.clock = clock;
        this.names = counters.keySet().toArray(String[]::new);
        this.counters = counters.values().toArray(DoubleSupplier[]::new);
        this.seen = new double[WINDOW][names.length];
        this.seenMs = new long[WINDOW];
        look();
    }

    /** To be called once a second. */
    public synchronized void look() {
        int at = looks++ % WINDOW;
        seenMs[at] = clock.getAsLong();
        for (int i = 0; i < counters.length; i++) {
            seen[at][i] = counters[i].getAsDouble();
        }
    }

    /** Per second, rounded to tenths. */
    public synchronized Map<String, Double> perSecond() {
        int oldest = looks > WINDOW ? looks % WINDOW : 0;
        double seconds = Math.max(1, clock.getAsLong() - seenMs[oldest]) / 1_000.0;
        Map<String, Double> rates = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            double rose = counters[i].getAsDouble() - seen[oldest][i];
            rates.put(names[i], Math.round(rose / seconds * 10) / 10.0);
        }
        return rates;
    }
}
