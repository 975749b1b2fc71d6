package presence.cluster;

import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.proto.Envelope;

/** Envelopes by kind. Thread-safe. */
final class EnvelopeCounters {
    private final EnumCounters<Envelope.EventCase> published;
    private final EnumCounters<Envelope.EventCase> received;

    EnvelopeCounters(ServiceMetrics metrics) {
        published = metrics.counterPer(
                Envelope.EventCase.class, "presence.envelopes.published", "type", "envelopes that Redis took");
        received = metrics.counterPer(
                Envelope.EventCase.class, "presence.envelopes.received", "type", "envelopes of other nodes");
    }

    void published(Envelope.EventCase kind) {
        published.increment(kind);
    }

    void received(Envelope.EventCase kind) {
        received.increment(kind);
    }

    double publishedTotal() {
        return published.total();
    }

    double receivedTotal() {
        return received.total();
    }
}
