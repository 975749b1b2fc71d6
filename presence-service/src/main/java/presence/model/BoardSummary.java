package presence.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What is shown of a board to clients that watch it without joining.
 *
 * @param users distinct user ids among the members, or {@link #UNKNOWN}; members without a user id are not counted
 * @param first the profiles of the members that joined first, without devices; at most {@link #MAX_FIRST}
 */
public record BoardSummary(int members, int observers, int users, List<Profile> first) {
    /** The largest number of members described. */
    public static final int MAX_FIRST = 10;

    /** A number of users that is not known. */
    public static final int UNKNOWN = -1;

    private static final Comparator<Member> BY_JOIN =
            Comparator.comparingLong(Member::joinedAtMs).thenComparing(Member::id);

    public static BoardSummary of(BoardCounts counts, Collection<Member> members) {
        return new BoardSummary(counts.members(), counts.observers(), counts.users(), firstOf(members));
    }

    private static List<Profile> firstOf(Collection<Member> members) {
        PriorityQueue<Member> first = new PriorityQueue<>(BY_JOIN.reversed());
        for (Member member : members) {
            first.add(member);
            if (first.size() > MAX_FIRST) {
                first.remove();
            }
        }
        List<Member> sorted = new ArrayList<>(first);
        sorted.sort(BY_JOIN);
        return sorted.stream().map(member -> member.profile().withoutDevice()).toList();
    }
}
