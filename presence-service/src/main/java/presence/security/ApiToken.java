package presence.security;

import java.util.List;
import java.util.Set;
import presence.model.BoardId;

/**
 * What a token for the HTTP API grants. Immutable.
 *
 * @param name shown in logs; it is no secret
 * @param digest SHA-256 of the token in hexadecimal digits
 * @param rights on the boards that match one of the patterns
 * @param boards patterns in which {@code *} matches any characters
 */
public record ApiToken(String name, String digest, Set<ApiRight> rights, List<String> boards) {
    static final String ANY_BOARD = "*";

    /** Returns whether it grants the right, on some boards. */
    public boolean has(ApiRight right) {
        return rights.contains(right);
    }

    public boolean allows(BoardId board) {
        return allows(board.value());
    }

    /** @param board the text of a board id, which may be invalid */
    public boolean allows(String board) {
        return boards.stream().anyMatch(pattern -> BoardPattern.matches(pattern, board));
    }

    /** Returns whether it grants its rights on all boards, and so also on what belongs to no board. */
    public boolean allowsAllBoards() {
        return boards.contains(ANY_BOARD);
    }

    /** Omits the digest. */
    @Override
    public String toString() {
        return "ApiToken[name=" + name + ", rights=" + rights + ", boards=" + boards + "]";
    }
}
