package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardFeed;
import presence.cluster.redis.ThrottledLog;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Origin;
import presence.proto.Digest;
import presence.roster.SegmentDigest;

/**
 * Reads single owners' segments of a board again after a gap in the stream. Requests during a read, or after one that
 * failed, are read and applied together: a member that moved from one owner to another is in one of the two, and must
 * not disappear from the first before it appears in the second. Board loop only.
 */
final class SegmentReader {
    private static final long RETRY_MS = 250;
    private static final long REFUSED_MS = 1_000;

    /** Handles segments that Redis lacks although they were not reaped. Board loop. */
    interface GapHandler {
        /** The segment is missing: its owner left the board unnoticed, or Redis evicted the segment. */
        void onMissing(Origin owner);

        /** The segment is older than the stream: Redis refuses newer writes, or this is another Redis. */
        void onBehind(Origin owner);

        /** Redis refuses the read. */
        void onRefused();
    }

    private final BoardId board;
    private final EventLoop loop;
    private final SegmentStore store;
    private final BoardFeed feed;
    private final Predicate<Origin> isDead;
    private final GapHandler gaps;
    private final Predicate<@Nullable Throwable> isRefused;
    private final ServiceMetrics metrics;
    private final ThrottledLog failures;
    private Set<Origin> asked = new LinkedHashSet<>(2);
    /** Requested owners that count as gone if Redis has no segment of them. */
    private final Set<Origin> presumedGone = new HashSet<>(0);
    /** The sequence numbers of requested owners, as published in the stream. */
    private final Map<Origin, Long> expected = new HashMap<>(0);
    /** A read is in flight, or will be retried. */
    private boolean reading;
    /**
     * Owners being read, with the sequence number known when the read began: replies arrive on another connection than
     * the stream, and may be older than what the stream delivered meanwhile.
     */
    private Map<Origin, Long> inFlight = Map.of();
    /** Reaped owners that are yet to be read, with the sequence number known at the reap. */
    private final Map<Origin, Long> reapedUnread = new HashMap<>(0);
    /** Owners whose segments were reaped since. */
    private final Set<Origin> reaped = new HashSet<>(0);

    private boolean closed;

    /** @param isRefused whether Redis refused a read, given its failure */
    SegmentReader(
            BoardId board,
            EventLoop loop,
            SegmentStore store,
            BoardFeed feed,
            Predicate<Origin> isDead,
            GapHandler gaps,
            Predicate<@Nullable Throwable> isRefused,
            ServiceMetrics metrics,
            ThrottledLog failures) {
        this.board = board;
        this.loop = loop;
        this.store = store;
        this.feed = feed;
        this.isDead = isDead;
        this.gaps = gaps;
        this.isRefused = isRefused;
        this.metrics = metrics;
        this.failures = failures;
    }

    void readIfNewer(Origin owner, long seq) {
        if (seq > feed.knownSeq(owner)) {
            read(owner, seq);
        }
    }

    /** Compares an owner's digest with the known segment and reads it if they differ. */
    void check(Origin owner, Digest digest) {
        long known = feed.knownSeq(owner);
        SegmentDigest ours = SegmentDigest.of(feed.knownMembers(owner));
        boolean differs = digest.getCount() != ours.count() || digest.getHash() != ours.hash();
        if (digest.getSeq() > known || digest.getSeq() == known && differs) {
            read(owner, digest.getSeq());
        }
    }

    /** Handles a reap. If the segment is being read, ignores the reply and reads once more. */
    boolean onReaped(Origin owner) {
        boolean isRead = inFlight.containsKey(owner);
        if (isRead) {
            reaped.add(owner);
            readReaped(owner);
        }
        return isRead;
    }

    /**
     * Reads an owner's segment after its reap, and removes the owner if Redis has none, or refuses the read and the owner
     * has published nothing since.
     */
    void readReaped(Origin owner) {
        reapedUnread.put(owner, feed.knownSeq(owner));
        readLast(owner);
    }

    /** Stops reading. */
    void close() {
        closed = true;
    }

    /** Reads an owner's segment; if it is being read already, reads it once more afterwards. */
    void read(Origin owner) {
        if (!closed) {
            asked.add(owner);
            readNext();
        }
    }

    /** Reads an owner's segment up to at least {@code seq}, which the stream has published. */
    void read(Origin owner, long seq) {
        expected.merge(owner, seq, Math::max);
        read(owner);
    }

    /** Reads an owner's segment, and removes the owner if Redis has none. */
    void readLast(Origin owner) {
        presumedGone.add(owner);
        read(owner);
    }

    private void readNext() {
        if (closed || reading || asked.isEmpty()) {
            return;
        }
        reading = true;
        Set<Origin> owners = asked;
        asked = new LinkedHashSet<>(2);
        inFlight = new HashMap<>(2);
        reaped.clear();
        Map<Origin, CompletableFuture<SegmentStore.@Nullable StoredSegment>> reads = new LinkedHashMap<>(2);
        for (Origin owner : owners) {
            metrics.resyncs.increment();
            inFlight.put(owner, feed.knownSeq(owner));
            reads.put(owner, store.read(board, owner).toCompletableFuture());
        }
        CompletableFuture.allOf(reads.values().toArray(new CompletableFuture<?>[0]))
                .whenComplete((done, failure) -> loop.execute(() -> onRead(reads, failure)));
    }

    private void onRead(
            Map<Origin, CompletableFuture<SegmentStore.@Nullable StoredSegment>> reads, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (failure != null) {
            failures.warn("reading a segment failed, retrying board=" + board, String.valueOf(failure.getMessage()));
            boolean refused = isRefused.test(failure);
            reads.keySet().stream()
                    .filter(owner -> !refused || !isPublished(owner) && !isGone(owner))
                    .forEach(asked::add);
            inFlight.keySet().retainAll(asked);
            if (refused && !asked.isEmpty()) {
                gaps.onRefused();
            }
            loop.schedule(this::readAgain, refused ? REFUSED_MS : RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        Map<Origin, Long> known = inFlight;
        inFlight = Map.of();
        Set<Origin> requestedAgain = Set.copyOf(asked);
        reads.forEach((owner, read) -> {
            SegmentStore.StoredSegment segment = read.join();
            boolean isLast = presumedGone.remove(owner);
            reapedUnread.remove(owner);
            Long published = expected.remove(owner);
            if (isDead.test(owner)) {
                feed.onOwnerGone(owner, LeaveReason.LEFT);
            } else if (segment != null && !reaped.contains(owner)) {
                feed.onSegment(owner, segment.seq(), segment.members());
                if (published != null && feed.knownSeq(owner) < published) {
                    gaps.onBehind(owner);
                }
            } else if (segment == null
                    && !requestedAgain.contains(owner)
                    && feed.knownSeq(owner) == known.getOrDefault(owner, 0L)) {
                if (isLast) {
                    feed.onOwnerGone(owner, LeaveReason.LEFT);
                } else {
                    gaps.onMissing(owner);
                }
            } else {
                // Reaped, written or requested since the read began: its members may be in a segment that was requested
                // meanwhile, too, such as that of the next incarnation.
                if (isLast) {
                    presumedGone.add(owner);
                }
                if (reaped.contains(owner)) {
                    reapedUnread.put(owner, feed.knownSeq(owner));
                }
                asked.add(owner);
            }
        });
        readAgain();
    }

    /** Whether the owner itself has published what was to be read. */
    private boolean isPublished(Origin owner) {
        Long seq = expected.get(owner);
        if (seq == null || presumedGone.contains(owner) || feed.knownSeq(owner) < seq) {
            return false;
        }
        expected.remove(owner);
        return true;
    }

    /** Removes an owner whose reap is the last that was published of it: while Redis refuses reads, messages count. */
    private boolean isGone(Origin owner) {
        Long seq = reapedUnread.remove(owner);
        if (seq == null || feed.knownSeq(owner) != seq) {
            return false;
        }
        presumedGone.remove(owner);
        expected.remove(owner);
        feed.onOwnerGone(owner, LeaveReason.LEFT);
        return true;
    }

    private void readAgain() {
        reading = false;
        readNext();
    }
}
