package presence.model;

import org.jspecify.annotations.Nullable;

/**
 * Removes a member, or all of a user, from a board or from everywhere.
 *
 * @param board null: from all boards
 * @param member null: by user
 * @param userId empty: by member
 * @param reason shown to who is removed; may be empty
 * @param banMs how long the user stays out; 0: may come again at once
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

    /** Whether anybody on that board can be meant. */
    public boolean concerns(BoardId where) {
        return board == null || board.equals(where);
    }

    public boolean names(Member candidate) {
        return member == null
                ? candidate.profile().userId().equals(userId)
                : candidate.id().equals(member);
    }

    /** What it leaves behind; null if nothing. */
    public @Nullable Ban ban() {
        return banMs == 0 ? null : new Ban(userId, board, banMs);
    }
}
