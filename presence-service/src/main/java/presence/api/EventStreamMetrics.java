package presence.api;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicInteger;
import presence.metrics.ServiceMetrics;

/**
 * Counts the live streams of events.
 *
 * @param open streams
 * @param dropped streams ended because their reader was slow
 */
record EventStreamMetrics(AtomicInteger open, Counter dropped) {
    static EventStreamMetrics in(ServiceMetrics metrics, AtomicInteger open) {
        metrics.watch("presence.events.streams", "live streams of events", open, AtomicInteger::get);
        return new EventStreamMetrics(
                open,
                metrics.counter(
                        "presence.events.streams.dropped",
                        "live streams of events that were ended because their reader was slow"));
    }
}
