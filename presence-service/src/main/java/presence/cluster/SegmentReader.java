package presence.cluster;

import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import presence.board.BoardFeed;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Origin;
import presence.proto.Digest;
import presence.roster.SegmentDigest;

/** Reads single owners' segments of a board again where the stream had a gap. Board loop only. */
final class SegmentReader {
    private static final long RETRY_MS = 1_000;

    private final BoardId board;
    private final EventLoop loop;
    private final SegmentStore store;
    private final BoardFeed feed;
    private final Predicate<Origin> isDead;
    private final ServiceMetrics metrics;
    private final QuietLog failures;
    private final Set<Origin> reading = new HashSet<>(0);
    private final Set<Origin> askedMeanwhile = new HashSet<>(0);
    private boolean closed;

    SegmentReader(
            BoardId board,
            EventLoop loop,
            SegmentStore store,
            BoardFeed feed,
            Predicate<Origin> isDead,
            ServiceMetrics metrics,
            QuietLog failures) {
        this.board = board;
        this.loop = loop;
        this.store = store;
        this.feed = feed;
        this.isDead = isDead;
        this.metrics = metrics;
        this.failures = failures;
    }

    void readIfNewer(Origin owner, long seq) {
        if (seq > feed.knownSeq(owner)) {
            read(owner);
        }
    }

    /** Compares what an owner says of its segment with what is known of it. */
    void check(Origin owner, Digest digest) {
        long known = feed.knownSeq(owner);
        SegmentDigest ours = SegmentDigest.of(feed.knownMembers(owner));
        boolean differs = digest.getCount() != ours.count() || digest.getHash() != ours.hash();
        if (digest.getSeq() > known || digest.getSeq() == known && differs) {
            read(owner);
        }
    }

    /** Nothing is read or told any more. */
    void close() {
        closed = true;
    }

    /** Reads an owner's segment; once more afterwards if another reason comes up meanwhile. */
    void read(Origin owner) {
        if (closed) {
            return;
        }
        if (!reading.add(owner)) {
            askedMeanwhile.add(owner);
            return;
        }
        metrics.resyncs.increment();
        store.read(board, owner)
                .whenComplete((segment, failure) -> loop.execute(() -> onRead(owner, segment, failure)));
    }

    private void onRead(Origin owner, SegmentStore.@Nullable StoredSegment segment, @Nullable Throwable failure) {
        reading.remove(owner);
        if (closed) {
            return;
        }
        if (failure != null) {
            failures.warn(
                    "reading a segment failed, trying again board=" + board, String.valueOf(failure.getMessage()));
            loop.schedule(() -> read(owner), RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        if (segment == null || isDead.test(owner)) {
            feed.onOwnerGone(owner, LeaveReason.LEFT);
        } else {
            feed.onSegment(owner, segment.seq(), segment.members());
        }
        if (askedMeanwhile.remove(owner)) {
            read(owner);
        }
    }
}
