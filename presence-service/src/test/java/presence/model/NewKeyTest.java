package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NewKeyTest {
    private static final BoardId BOARD = new BoardId("b1");
    private static final byte[] CHOSEN = HexFormat.of().parseHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");

    private static String derive(byte[] chosen, BoardId board, String userId) {
        return HexFormat.of().formatHex(NewKey.derive(chosen, board, userId));
    }

    @Test
    void isTheSameInAllReleases() {
        assertThat(derive(CHOSEN, BOARD, "")).isEqualTo("1a4be097c1efd9712b7257c1b2acb4f1");
        assertThat(derive(CHOSEN, BOARD, "ada")).isEqualTo("7788e8c6dd5859aafdfea6e02997d2af");
    }

    @Test
    void dependsOnBytesBoardAndUser() {
        byte[] others = CHOSEN.clone();
        others[15]++;
        assertThat(new String[] {
                    derive(CHOSEN, BOARD, ""),
                    derive(others, BOARD, ""),
                    derive(CHOSEN, new BoardId("b2"), ""),
                    derive(CHOSEN, BOARD, "ada"),
                    derive(CHOSEN, new BoardId("b1a"), "da"),
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void doesNotDependOnWhereAFieldEnds() {
        byte[] longer = Arrays.copyOf("x".getBytes(StandardCharsets.UTF_8), 17);
        System.arraycopy(CHOSEN, 0, longer, 1, 16);
        assertThat(derive(longer, BOARD, "ada")).isNotEqualTo(derive(CHOSEN, BOARD, "adax"));
    }

    @Test
    void needsSixteenToSixtyFourBytesThatDiffer() {
        assertThat(derive(Arrays.copyOf(CHOSEN, 15), BOARD, "")).isEmpty();
        assertThat(derive(Arrays.copyOf(CHOSEN, 64), BOARD, "")).hasSize(32);
        assertThat(derive(Arrays.copyOf(CHOSEN, 65), BOARD, "")).isEmpty();
        assertThat(derive(new byte[0], BOARD, "")).isEmpty();
        assertThat(derive(new byte[16], BOARD, "")).isEmpty();
        byte[] seven = new byte[16];
        System.arraycopy(CHOSEN, 0, seven, 0, 6);
        assertThat(derive(seven, BOARD, "")).isEmpty();
        seven[6] = CHOSEN[6];
        assertThat(derive(seven, BOARD, "")).as("eight different values").hasSize(32);
    }
}
