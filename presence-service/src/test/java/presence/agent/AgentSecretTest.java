package presence.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;

class AgentSecretTest {
    private static final AgentSecret SECRET = new AgentSecret("the secret of the test");

    private static AgentKey key(String board, String name) {
        return new AgentKey(new BoardId(board), name);
    }

    @Test
    void isTheSameOnEveryNodeAndRelease() {
        // Another value would make a second member of every agent that a node of the release before has.
        assertThat(HexFormat.of().formatHex(SECRET.chosen(key("board-42", "bot"))))
                .isEqualTo("4456eb3599886ae0cb1663085a7c3d2cd2c57f8123cc3bf12c2070fa1fa82ad6");
        assertThat(SECRET.memberId(key("board-42", "bot")))
                .isEqualTo(new AgentSecret("the secret of the test").memberId(key("board-42", "bot")));
    }

    @Test
    void differsByBoardKeyAndSecret() {
        assertThat(SECRET.memberId(key("a", "bot"))).isNotEqualTo(SECRET.memberId(key("b", "bot")));
        assertThat(SECRET.memberId(key("a", "bot"))).isNotEqualTo(SECRET.memberId(key("a", "bo")));
        assertThat(SECRET.memberId(key("a", "bot"))).isNotEqualTo(SECRET.memberId(key("ab", "ot")));
        assertThat(SECRET.memberId(key("a", "bot")))
                .isNotEqualTo(new AgentSecret("another secret of the test").memberId(key("a", "bot")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "a\n", "."})
    void keysAreShortAndPlain(String name) {
        assertThatThrownBy(() -> key("board", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key("board", "x".repeat(65))).isInstanceOf(IllegalArgumentException.class);
        assertThat(key("board", "x".repeat(64)).name()).hasSize(64);
    }
}
