package presence.model;

import java.util.Collection;

/**
 * How many are on a board, over all nodes.
 *
 * @param users distinct user ids among the members; members without a user id are not counted
 */
public record BoardCounts(int members, int observers, int users) {
    public static BoardCounts of(Collection<Member> members, int observers) {
        long users = members.stream()
                .map(member -> member.profile().userId())
                .filter(user -> !user.isEmpty())
                .distinct()
                .count();
        return new BoardCounts(members.size(), observers, (int) users);
    }
}
