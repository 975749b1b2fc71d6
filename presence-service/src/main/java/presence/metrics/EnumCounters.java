package presence.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One counter for each constant of an enum, all registered from the start. Thread-safe. */
public final class EnumCounters<E extends Enum<E>> {
    private final Counter[] counters;
    private final String[] names;

    EnumCounters(MeterRegistry registry, Class<E> type, String name, String label, String meaning) {
        E[] constants = type.getEnumConstants();
        counters = new Counter[constants.length];
        names = new String[constants.length];
        for (E constant : constants) {
            names[constant.ordinal()] = constant.name().toLowerCase(Locale.ROOT);
            counters[constant.ordinal()] = Counter.builder(name)
                    .description(meaning)
                    .tag(label, names[constant.ordinal()])
                    .register(registry);
        }
    }

    public double total() {
        double total = 0;
        for (Counter counter : counters) {
            total += counter.count();
        }
        return total;
    }

    /** Returns the counts by constant, in lower case and in the order of the enum. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < counters.length; i++) {
            counts.put(names[i], (long) counters[i].count());
        }
        return counts;
    }

    public void increment(E constant) {
        counters[constant.ordinal()].increment();
    }
}
