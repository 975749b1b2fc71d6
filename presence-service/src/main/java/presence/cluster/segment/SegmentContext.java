package presence.cluster.segment;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.lock.LockStore;
import presence.cluster.node.FailureDetector;
import presence.cluster.node.LeaseStore;
import presence.cluster.node.SubscriptionWatchdog;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.pubsub.CursorPublisher;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.cluster.pubsub.OriginGate;
import presence.cluster.pubsub.RedisSubscriber;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;
import presence.metrics.ServiceMetrics;

/**
 * Shared dependencies of the links of all boards. Thread-safe.
 *
 * @param random supplies the random source of the calling thread, for jitter
 * @param seq the last sequence number of this node's segments, of all boards
 * @param touchMs interval of touching a segment and publishing its digest, in milliseconds
 * @param bytesPerSecond of records written for one board; 0 = no limit
 * @param skipsUnheard whether cursors are published only while other connections receive the board's channel
 */
public record SegmentContext(
        LocalOrigin self,
        RedisKeys keys,
        EnvelopeCodec codec,
        RedisConnections redis,
        EnvelopePublisher publisher,
        CursorPublisher cursors,
        BoardTap tap,
        RedisSubscriber subscriber,
        OriginGate gate,
        LeaseStore leases,
        FailureDetector detector,
        SubscriptionWatchdog watchdog,
        SegmentStore store,
        SegmentReaper reaper,
        ObserverStore observers,
        LockStore locks,
        PatchReaders patchReaders,
        WriteHealth writes,
        AtomicLong seq,
        Supplier<RandomGenerator> random,
        long touchMs,
        int bytesPerSecond,
        boolean skipsUnheard,
        ServiceMetrics metrics,
        ThrottledLog failures) {
    /** Reports a failed command. Returns whether Redis refused it, as it would refuse any node's. */
    boolean isRefused(@Nullable Throwable failure) {
        return writes.onFailed(failure) != null;
    }
}
