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
 * Reads single owners' segments of a board again where the stream had a gap. What is asked for while a read
 * is under way, or fails, is read together and shown together: a member that moved from one owner to another
 * is in one of the two, and must not be seen missing in the first before it is seen in the second. Board loop
 * only.
 */
final class SegmentReader {
    private static final long RETRY_MS = 250;
    private static final long REFUSED_MS = 1_000;

    /** Where Redis does not have what an owner that nobody took back should have there. Board loop. */
    interface Doubts {
        /** No segment at all: its owner left the board unheard, or Redis threw the segment away. */
        void onMissing(Origin owner);

        /** An older one than the stream has told of: Redis does not take newer ones, or is not the one they are in. */
        void onBehind(Origin owner);

        /** Redis refuses to be read. */
        void onRefused();
    }

    private final BoardId board;
    private final EventLoop loop;
    private final SegmentStore store;
    private final BoardFeed feed;
    private final Predicate<Origin> isDead;
    private final Doubts doubts;
    private final Predicate<@Nullable Throwable> isRefused;
    private final ServiceMetrics metrics;
    private final ThrottledLog failures;
    private Set<Origin> asked = new LinkedHashSet<>(2);
    /** Of those asked for: who has left the board if Redis has nothing of it. */
    private final Set<Origin> presumedGone = new HashSet<>(0);
    /** Of those asked for: the sequence number that the stream has told of. */
    private final Map<Origin, Long> expected = new HashMap<>(0);
    /** A read is under way, or will be tried again. */
    private boolean reading;
    /**
     * Whose segments are being read, with what was known of each when that began: the answers come on another
     * connection than the stream, and may be older than what the stream has told meanwhile.
     */
    private Map<Origin, Long> underWay = Map.of();
    /** Those whose segments were removed since. */
    private final Set<Origin> reaped = new HashSet<>(0);

    private boolean closed;

    /** @param isRefused told of a read that failed, whether Redis refused it */
    SegmentReader(
            BoardId board,
            EventLoop loop,
            SegmentStore store,
            BoardFeed feed,
            Predicate<Origin> isDead,
            Doubts doubts,
            Predicate<@Nullable Throwable> isRefused,
            ServiceMetrics metrics,
            ThrottledLog failures) {
        this.board = board;
        this.loop = loop;
        this.store = store;
        this.feed = feed;
        this.isDead = isDead;
        this.doubts = doubts;
        this.isRefused = isRefused;
        this.metrics = metrics;
        this.failures = failures;
    }

    void readIfNewer(Origin owner, long seq) {
        if (seq > feed.knownSeq(owner)) {
            read(owner, seq);
        }
    }

    /** Compares what an owner says of its segment with what is known of it. */
    void check(Origin owner, Digest digest) {
        long known = feed.knownSeq(owner);
        SegmentDigest ours = SegmentDigest.of(feed.knownMembers(owner));
        boolean differs = digest.getCount() != ours.count() || digest.getHash() != ours.hash();
        if (digest.getSeq() > known || digest.getSeq() == known && differs) {
            read(owner, digest.getSeq());
        }
    }

    /** An owner's segment was removed: if it is being read, the answer is not believed, and it is read once more. */
    boolean onReaped(Origin owner) {
        boolean isRead = underWay.containsKey(owner);
        if (isRead) {
            reaped.add(owner);
            readLast(owner);
        }
        return isRead;
    }

    /** Nothing is read or told any more. */
    void close() {
        closed = true;
    }

    /** Reads an owner's segment; once more afterwards if it is being read already. */
    void read(Origin owner) {
        if (!closed) {
            asked.add(owner);
            readNext();
        }
    }

    /** The same where the stream tells of a sequence number that is not known. */
    void read(Origin owner, long seq) {
        expected.merge(owner, seq, Math::max);
        read(owner);
    }

    /** The same for an owner that has left the board unless Redis knows better. */
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
        underWay = new HashMap<>(2);
        reaped.clear();
        Map<Origin, CompletableFuture<SegmentStore.@Nullable StoredSegment>> reads = new LinkedHashMap<>(2);
        for (Origin owner : owners) {
            metrics.resyncs.increment();
            underWay.put(owner, feed.knownSeq(owner));
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
            failures.warn(
                    "reading a segment failed, trying again board=" + board, String.valueOf(failure.getMessage()));
            boolean refused = isRefused.test(failure);
            reads.keySet().stream().filter(owner -> !refused || !isTold(owner)).forEach(asked::add);
            underWay.keySet().retainAll(asked);
            if (refused && !asked.isEmpty()) {
                doubts.onRefused();
            }
            loop.schedule(this::readAgain, refused ? REFUSED_MS : RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        Map<Origin, Long> known = underWay;
        underWay = Map.of();
        reads.forEach((owner, read) -> {
            SegmentStore.StoredSegment segment = read.join();
            boolean isLast = presumedGone.remove(owner);
            Long told = expected.remove(owner);
            if (isDead.test(owner)) {
                feed.onOwnerGone(owner, LeaveReason.LEFT);
            } else if (segment != null && !reaped.contains(owner)) {
                feed.onSegment(owner, segment.seq(), segment.members());
                if (told != null && feed.knownSeq(owner) < told) {
                    doubts.onBehind(owner);
                }
            } else if (segment == null && feed.knownSeq(owner) == known.getOrDefault(owner, 0L)) {
                if (isLast) {
                    feed.onOwnerGone(owner, LeaveReason.LEFT);
                } else {
                    doubts.onMissing(owner);
                }
            } else {
                // Removed since, or written since.
                if (isLast) {
                    presumedGone.add(owner);
                }
                asked.add(owner);
            }
        });
        readAgain();
    }

    /** Whether the owner itself has told what was to be read. */
    private boolean isTold(Origin owner) {
        Long seq = expected.get(owner);
        if (seq == null || presumedGone.contains(owner) || feed.knownSeq(owner) < seq) {
            return false;
        }
        expected.remove(owner);
        return true;
    }

    private void readAgain() {
        reading = false;
        readNext();
    }
}
