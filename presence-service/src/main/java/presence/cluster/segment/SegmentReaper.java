package presence.cluster.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.redis.WriteHealth;
import presence.model.BoardId;
import presence.model.Origin;
import presence.proto.Envelope;
import presence.proto.Reap;

/**
 * Removes segments of owners that are gone, and retries where Redis fails or refuses: a leftover segment shows ghosts
 * to every node that reads it. Drops a removal once the segment has expired. Thread-safe.
 */
public final class SegmentReaper {
    /** Most removals queued; beyond that segments are left to expire. */
    private static final int MOST = 10_000;

    private record Left(BoardId board, Origin owner) {}

    /**
     * @param upTo the latest version that may be removed; null = any
     * @param own whether the segment is of this node
     */
    private record Order(@Nullable Long upTo, boolean own, long sinceMs) {}

    private final SegmentStore store;
    private final EnvelopeCodec codec;
    private final Supplier<Origin> self;
    private final WriteHealth writes;
    private final long ttlMs;
    private final LongSupplier clock;
    private final Map<Left, Order> left = new ConcurrentHashMap<>();

    /**
     * @param self the present origin of this node
     * @param ttlMs TTL of a segment that is not touched
     * @param clock monotonic milliseconds
     */
    public SegmentReaper(
            SegmentStore store,
            EnvelopeCodec codec,
            Supplier<Origin> self,
            WriteHealth writes,
            long ttlMs,
            LongSupplier clock) {
        this.store = store;
        this.codec = codec;
        this.self = self;
        this.writes = writes;
        this.ttlMs = ttlMs;
        this.clock = clock;
    }

    /**
     * Removes another node's segment. The stage completes, and never fails, when this was tried once.
     *
     * @param upTo the latest version that may be removed; null = any
     */
    CompletionStage<?> reap(BoardId board, Origin owner, @Nullable Long upTo) {
        return tryOnce(new Left(board, owner), new Order(upTo, false, clock.getAsLong()));
    }

    /**
     * Removes a segment of this node, and publishes that also where Redis never had it: the other nodes may know its
     * members from messages, sent while Redis refused writes.
     */
    CompletionStage<?> reapOwn(BoardId board, Origin owner, @Nullable Long upTo) {
        return tryOnce(new Left(board, owner), new Order(upTo, true, clock.getAsLong()));
    }

    /** Retries all queued removals. */
    public void retry() {
        long now = clock.getAsLong();
        List<Map.Entry<Left, Order>> all = new ArrayList<>(left.entrySet());
        for (Map.Entry<Left, Order> entry : all) {
            if (left.remove(entry.getKey(), entry.getValue())
                    && now - entry.getValue().sinceMs() < ttlMs) {
                tryOnce(entry.getKey(), entry.getValue());
            }
        }
    }

    /** The number of queued removals. */
    int waiting() {
        return left.size();
    }

    private CompletionStage<?> tryOnce(Left segment, Order order) {
        return store.reap(segment.board(), segment.owner(), order.upTo(), envelope(segment.owner()), order.own())
                .handle((outcome, failure) -> {
                    if (failure != null) {
                        writes.onFailed(failure);
                        if (left.size() < MOST) {
                            left.put(segment, order);
                        }
                    }
                    return null;
                });
    }

    private byte[] envelope(Origin owner) {
        Envelope.Builder envelope = codec.envelope(self.get().inc());
        return codec.encode(envelope.setReap(Reap.newBuilder().setOrigin(owner.toString())));
    }
}
