package presence.board;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import presence.model.Member;
import presence.model.MemberId;

/**
 * Resume keys of clients that became new members because their key belonged to no known member at that time (Redis did
 * not answer, or did not have the member yet). If such a member appears later, waiting in its grace period, its client
 * does not return. Board loop only.
 */
final class OrphanedMembers {
    /** Limit of keys; the oldest is dropped. */
    private static final int MAX = 1_000;

    private final long keptMs;
    /** @param userId of the client that came with the key; empty if it is not authenticated */
    private record Claim(String userId, long deadlineMs) {}

    /** Oldest first. */
    private final Map<MemberId, Claim> claims = new LinkedHashMap<>(0);

    /** @param keptMs how long after the join a member may appear */
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

    /** Returns whether the member's client has given it up. */
    boolean contains(Member member, long nowMs) {
        Claim claim = claims.get(member.id());
        return claim != null && claim.deadlineMs() > nowMs && member.belongsTo(claim.userId());
    }

    void remove(MemberId id) {
        claims.remove(id);
    }
}
