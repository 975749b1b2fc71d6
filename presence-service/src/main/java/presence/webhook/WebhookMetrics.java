package presence.webhook;

import io.micrometer.core.instrument.Counter;
import java.util.Collection;
import presence.metrics.ServiceMetrics;

/** What deliveries count. */
record WebhookMetrics(Counter delivered, Counter failures, Counter dead, Counter dropped, Counter lost) {
    static WebhookMetrics in(ServiceMetrics metrics, Collection<Delivery> deliveries) {
        metrics.watch(
                "presence.webhook.lag.seconds",
                "age of the oldest event that a URL of this node's has not got; the largest of all URLs",
                deliveries,
                all -> all.stream().mapToDouble(Delivery::lagSeconds).max().orElse(0));
        metrics.watch(
                "presence.webhook.failing",
                "URLs to which this node delivers and whose last request failed",
                deliveries,
                all -> all.stream().filter(Delivery::isFailing).count());
        metrics.watch(
                "presence.webhook.delivering",
                "URLs to which this node delivers; the others are another node's",
                deliveries,
                all -> all.stream().filter(Delivery::isDelivering).count());
        metrics.watch(
                "presence.webhook.gone",
                "URLs that answered this node with 410 Gone; they get no more events until it restarts",
                deliveries,
                all -> all.stream().filter(Delivery::isGone).count());
        return new WebhookMetrics(
                metrics.counter("presence.webhook.delivered", "events that a URL has taken"),
                metrics.counter(
                        "presence.webhook.failures",
                        "requests with events that failed; they are repeated, but for those of a URL that is gone"),
                metrics.counter("presence.webhook.dead", "events that became dead letters"),
                metrics.counter("presence.webhook.dead.dropped", "dead letters dropped because there were too many"),
                metrics.counter(
                        "presence.webhook.lost",
                        "times that the log removed events that a URL had not got: it keeps too few for so long a lag"));
    }
}
