package presence.model;

import org.jspecify.annotations.Nullable;

/**
 * Removes a member, or all members of a user, from a board or from all boards.
 *
 * @param board null: from all boards
 * @param member null: by user
 * @param userId empty: by member
 * @param reason shown to the removed client; may be empty
 * @param banMs how long the user is banned; 0: may join again at once
 */
public record Kick(@Nullable BoardId board, @Nullable MemberId member, String userId, String reason, long banMs) {
    /** @throws IllegalArgumentException unless it names a member or a user; a ban needs a user */
    public Kick {
        if ((member == null) == userId.isEmpty()) {
            throw new IllegalArgumentException("a kick names either a member or a user");
        }
        if (banMs < 0 || banMs > 0 && userId.isEmpty()) {
            throw new IllegalArgumentException("only a user can be banned, and for a time");
        }
    }

    /** Returns whether it applies to that board. */
    public boolean concerns(BoardId where) {
        return board == null || board.equals(where);
    }

    public boolean names(Member candidate) {
        return member == null
                ? candidate.profile().userId().equals(userId)
                : candidate.id().equals(member);
    }

    /** Returns the ban it implies; null if none. */
    public @Nullable Ban ban() {
        return banMs == 0 ? null : new Ban(userId, board, banMs);
    }
}
