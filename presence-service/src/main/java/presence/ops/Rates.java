package presence.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Computes the rates of counters over the last {@value #WINDOW} samples, for operators without Prometheus. Thread-safe.
 */
public final class Rates {
    private static final int WINDOW = 10;

    private final LongSupplier clock;
    private final String[] names;
    private final DoubleSupplier[] counters;
    private final double[][] seen;
    private final long[] seenMs;
    private int samples;

    /**
     * @param counters by the name of their rate
     * @param clock monotonic milliseconds
     */
    public Rates(Map<String, DoubleSupplier> counters, LongSupplier clock) {
        this.clock = clock;
        this.names = counters.keySet().toArray(String[]::new);
        this.counters = counters.values().toArray(DoubleSupplier[]::new);
        this.seen = new double[WINDOW][names.length];
        this.seenMs = new long[WINDOW];
        sample();
    }

    /** Records the counters; call it once a second. */
    public synchronized void sample() {
        int at = samples++ % WINDOW;
        seenMs[at] = clock.getAsLong();
        for (int i = 0; i < counters.length; i++) {
            seen[at][i] = counters[i].getAsDouble();
        }
    }

    /** The rates per second, rounded to tenths. */
    public synchronized Map<String, Double> perSecond() {
        int oldest = samples > WINDOW ? samples % WINDOW : 0;
        double seconds = Math.max(1, clock.getAsLong() - seenMs[oldest]) / 1_000.0;
        Map<String, Double> rates = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            double rose = counters[i].getAsDouble() - seen[oldest][i];
            rates.put(names[i], Math.round(rose / seconds * 10) / 10.0);
        }
        return rates;
    }
}
