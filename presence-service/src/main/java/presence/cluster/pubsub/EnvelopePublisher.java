package presence.cluster.pubsub;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.EnvelopeCounters;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.ThrottledLog;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.proto.Envelope;

/**
 * Publishes this node's envelopes on the command connection, at most once each. Cursors go through
 * {@link CursorPublisher}. Thread-safe.
 */
public final class EnvelopePublisher {
    private final RedisConnections redis;
    private final PubSubMode mode;
    private final RedisKeys keys;
    private final EnvelopeCodec codec;
    private final LocalOrigin self;
    private final BoardTap tap;
    private final EnvelopeCounters counters;
    private final ServiceMetrics metrics;
    private final ThrottledLog failures;

    public EnvelopePublisher(
            RedisConnections redis,
            PubSubMode mode,
            RedisKeys keys,
            EnvelopeCodec codec,
            LocalOrigin self,
            BoardTap tap,
            ServiceMetrics metrics,
            ThrottledLog failures) {
        this.redis = redis;
        this.mode = mode;
        this.keys = keys;
        this.codec = codec;
        this.self = self;
        this.tap = tap;
        this.counters = new EnvelopeCounters(metrics);
        this.metrics = metrics;
        this.failures = failures;
    }

    /** Begins an envelope of this node under its present incarnation, without an event. */
    public Envelope.Builder envelope() {
        return codec.envelope(self.get().inc());
    }

    /** Publishes on a board's channel. The stage fails if Redis does not accept the message. */
    public CompletionStage<Long> publish(BoardId board, Envelope.Builder envelope) {
        byte[] encoded = codec.encode(envelope);
        tap.mirror(board, encoded);
        return publish(keys.boardChannel(board), envelope.getEventCase(), encoded);
    }

    /** Publishes on the channel that all nodes follow. The stage fails if Redis does not accept the message. */
    public CompletionStage<Long> publishGlobally(Envelope.Builder envelope) {
        return publish(keys.globalChannel(), envelope.getEventCase(), codec.encode(envelope));
    }

    private CompletionStage<Long> publish(String channel, Envelope.EventCase kind, byte[] encoded) {
        long sentNanos = System.nanoTime();
        return redis.commands()
                .thenCompose(commands -> mode.publish(commands, channel, encoded))
                .whenComplete((receivers, failure) -> {
                    if (failure == null) {
                        counters.published(kind);
                        metrics.publishTime.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
                    } else {
                        metrics.publishFailures.increment();
                        failures.warn("publish failed channel=" + channel, failure);
                    }
                });
    }
}
