package presence.cluster.segment;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import presence.board.spi.BoardFeed;
import presence.board.spi.Inconsistency;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;

/** Compares the segments of one board in Redis with the state of this node. Board loop only. */
final class SegmentAudit {
    private final SegmentContext context;
    private final BoardId board;
    private final EventLoop loop;
    private final BoardFeed feed;
    private final SegmentWriter writer;
    private final SegmentReader reader;

    SegmentAudit(
            SegmentContext context,
            BoardId board,
            EventLoop loop,
            BoardFeed feed,
            SegmentWriter writer,
            SegmentReader reader) {
        this.context = context;
        this.board = board;
        this.loop = loop;
        this.feed = feed;
        this.writer = writer;
        this.reader = reader;
    }

    /** Finds nothing while Redis cannot be read. */
    CompletionStage<List<Inconsistency>> check() {
        CompletableFuture<List<Inconsistency>> result = new CompletableFuture<>();
        OptionalLong before = writer.settledSeq();
        context.store()
                .readAll(board)
                .whenComplete((stored, failure) -> loop.execute(() -> {
                    List<Inconsistency> found = new ArrayList<>(0);
                    if (failure == null) {
                        if (before.isPresent() && before.equals(writer.settledSeq())) {
                            checkOwn(stored, found);
                        }
                        if (!context.watchdog().isIsolated()) {
                            checkOthers(stored, found);
                        }
                    }
                    result.complete(found);
                }));
        return result;
    }

    private void checkOwn(SegmentStore.StoredBoard stored, List<Inconsistency> found) {
        SegmentStore.StoredSegment segment =
                stored.segments().get(context.self().get());
        Collection<Member> written = segment == null ? List.of() : segment.members();
        compare("own segment in Redis", context.self().get(), written, feed.localMembers(), writer::rewrite, found);
    }

    private void checkOthers(SegmentStore.StoredBoard stored, List<Inconsistency> found) {
        Set<Origin> alive = stored.latest(context.detector()::accepts);
        Set<Origin> known = feed.owners();
        for (Origin owner : stored.segments().keySet()) {
            SegmentStore.StoredSegment segment = stored.segments().get(owner);
            if (segment == null || owner.equals(context.self().get())) {
                continue;
            }
            if (!alive.contains(owner)) {
                int left = segment.members().size();
                found.add(inconsistency(
                        "segment of a dead node in Redis",
                        owner,
                        left,
                        0,
                        () -> context.reaper().reap(board, owner, null)));
            } else if (segment.seq() >= feed.knownSeq(owner)) {
                // The known state advances with the stream; then the next audit finds another inconsistency.
                compare(
                        "view at seq " + feed.knownSeq(owner) + " of",
                        owner,
                        feed.knownMembers(owner),
                        segment.members(),
                        () -> reader.read(owner),
                        found);
            }
        }
        for (Origin owner : known) {
            // Without a lease, Redis lost its data or the node is dying: other parts handle both.
            Long lease = stored.leases().get(owner.node());
            if (stored.segments().containsKey(owner) || lease == null || lease < owner.inc()) {
                continue;
            }
            int seen = feed.knownMembers(owner).size();
            found.add(
                    lease == owner.inc()
                            ? inconsistency("view of a segment that is gone", owner, seen, 0, () -> reader.read(owner))
                            : inconsistency(
                                    "view of an earlier incarnation", owner, seen, 0, () -> reader.readLast(owner)));
        }
    }

    /** Adds an inconsistency if {@code is} differs from {@code should}; a member that differs counts as missing. */
    private void compare(
            String what,
            Origin owner,
            Collection<Member> is,
            Collection<Member> should,
            Runnable repair,
            List<Inconsistency> found) {
        Map<MemberId, Member> there = new HashMap<>();
        is.forEach(member -> there.put(member.id(), member));
        Set<MemberId> ghosts = new HashSet<>(there.keySet());
        int missing = 0;
        for (Member member : should) {
            ghosts.remove(member.id());
            missing += member.equals(there.get(member.id())) ? 0 : 1;
        }
        if (missing > 0 || !ghosts.isEmpty()) {
            found.add(inconsistency(what, owner, ghosts.size(), missing, repair));
        }
    }

    private Inconsistency inconsistency(String what, Origin owner, int ghosts, int missing, Runnable repair) {
        return new Inconsistency(
                what + " board=" + board + " origin", owner, ghosts, missing, () -> loop.execute(repair));
    }
}
