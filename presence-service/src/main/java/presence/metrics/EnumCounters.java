package presence.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** One counter for each constant of an enum, all registered from the start. Thread-safe. */
public final class EnumCounters<E extends Enum<E>> {
    private final Counter[] counters;

    EnumCounters(MeterRegistry registry, Class<E> type, String name, String label, String meaning) {
        E[] constants = type.getEnumConstants();
        counters = new Counter[constants.length];
        for (E constant : constants) {
            counters[constant.ordinal()] = Counter.builder(name)
                    .description(meaning)
                    .tag(label, constant.name().toLowerCase(Locale.ROOT))
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

    public void increment(E constant) {
        counters[constant.ordinal()].increment();
    }
}
