package presence.events;

import io.micrometer.core.instrument.Counter;
import presence.metrics.ServiceMetrics;

/** What the event log counts. */
public record EventMetrics(Counter stored, Counter dropped, Counter failures) {
    /** Registers the metrics. */
    public static EventMetrics in(ServiceMetrics metrics) {
        return new EventMetrics(
                metrics.counter("presence.events.stored", "changes of this node that the event log has taken"),
                metrics.counter(
                        "presence.events.dropped",
                        "changes that were not recorded because Redis was unavailable for too long; who is there is kept"),
                metrics.counter("presence.events.failures", "writes to the event log that failed and are repeated"));
    }
}
