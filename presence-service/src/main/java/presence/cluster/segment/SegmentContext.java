package presence.cluster.segment;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.LocalOrigin;
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
 * What the links of all boards share. Thread-safe.
 *
 * @param seq the last sequence number of this node's segments, of all boards
 * @param touchMs how often a segment is touched and its digest published, in milliseconds
 * @param bytesPerSecond of records written for one board; 0 = no limit
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
        PatchReaders patchReaders,
        WriteHealth writes,
        AtomicLong seq,
        long touchMs,
        int bytesPerSecond,
        ServiceMetrics metrics,
        ThrottledLog failures) {
    /** Something asked of Redis failed. Returns whether Redis refused it, as it would any other node. */
    boolean isRefused(@Nullable Throwable failure) {
        return writes.onFailed(failure) != null;
    }
}
