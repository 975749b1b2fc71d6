package presence.board;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import presence.model.Member;
import presence.model.MemberId;

/**
 * Members whose clients came here with their resume key when nobody could tell whose it was (Redis did not answer, or
 * did not have them yet), and are somebody new since. Where such a member turns up, waiting for its client until its
 * grace is over, nobody will come. Board loop only.
 */
final class OrphanedMembers {
    /** More keys than this at once are nobody's clients. */
    private static final int MAX = 1_000;

    private final long keptMs;
    /** @param userId of whoever came with the key; empty if that is not known for sure */
    private record Claim(String userId, long deadlineMs) {}

    /** The first to be forgotten first. */
    private final Map<MemberId, Claim> claims = new LinkedHashMap<>(0);

    /** @param keptMs how long a member may take to turn up */
    OrphanedMembers(long keptMs) {
        this.keptMs = keptMs;
    }

    void add(MemberId id, String userId, long nowMs) {
        Iterator<Claim> oldest = claims.values().iterator();
        while (oldest.hasNext() && (oldest.next().deadlineMs() <= nowMs || claims.size() >= MAX)) {
            oldest.remove();
        }
        claims.remove(id);
        claims.put(id, new Claim(userId, nowMs + keptMs));
    }

    /** Whether its client has given the member up. */
    boolean contains(Member member, long nowMs) {
        Claim claim = claims.get(member.id());
        return claim != null && claim.deadlineMs() > nowMs && member.belongsTo(claim.userId());
    }

    void remove(MemberId id) {
        claims.remove(id);
    }
}
