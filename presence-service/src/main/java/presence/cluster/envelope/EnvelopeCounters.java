package presence.cluster.envelope;

import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;
import presence.proto.Envelope;

/** Counts published and received envelopes by kind. Thread-safe. */
public final class EnvelopeCounters {
    private final EnumCounters<Envelope.EventCase> published;
    private final EnumCounters<Envelope.EventCase> received;

    public EnvelopeCounters(ServiceMetrics metrics) {
        published = metrics.counterPer(
                Envelope.EventCase.class, "presence.envelopes.published", "type", "envelopes that Redis took");
        received = metrics.counterPer(
                Envelope.EventCase.class, "presence.envelopes.received", "type", "envelopes of other nodes");
    }

    public void published(Envelope.EventCase kind) {
        published.increment(kind);
    }

    public void received(Envelope.EventCase kind) {
        received.increment(kind);
    }

    public double publishedTotal() {
        return published.total();
    }

    public double receivedTotal() {
        return received.total();
    }
}
