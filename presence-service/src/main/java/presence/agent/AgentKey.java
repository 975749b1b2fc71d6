package presence.agent;

import java.util.regex.Pattern;
import presence.model.BoardId;

/**
 * Names an agent: the board, and what its caller calls it there.
 *
 * @param name 1 to 64 letters, digits, dots, underscores or dashes, of which the first is a letter or digit
 */
public record AgentKey(BoardId board, String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** @throws IllegalArgumentException if the name is invalid */
    public AgentKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the key of an agent must have 1 to 64 letters, digits, dots, underscores or dashes, and begin with a"
                            + " letter or digit");
        }
    }
}
