package presence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatesTest {
    private final Counter counter = new SimpleMeterRegistry().counter("events");
    private long nowMs;
    private final Rates rates = new Rates(Map.of("events", counter::count), () -> nowMs);

    private void pass(int seconds, double perSecond) {
        for (int i = 0; i < seconds; i++) {
            nowMs += 1_000;
            counter.increment(perSecond);
            rates.sample();
        }
    }

    @Test
    void areThoseOfTheLastSeconds() {
        pass(3, 20);
        assertThat(rates.perSecond()).containsEntry("events", 20.0);
        pass(20, 5);
        assertThat(rates.perSecond()).containsEntry("events", 5.0);
        pass(20, 0);
        assertThat(rates.perSecond()).containsEntry("events", 0.0);
    }

    @Test
    void countWhatCameSinceTheLastLook() {
        pass(20, 10);
        nowMs += 500;
        counter.increment(100);
        // Nine seconds of ten, and half of one.
        assertThat(rates.perSecond()).containsEntry("events", Math.round((90 + 100) / 9.5 * 10) / 10.0);
    }

    @Test
    void areZeroBeforeAnythingHappened() {
        assertThat(rates.perSecond()).containsEntry("events", 0.0);
    }
}
