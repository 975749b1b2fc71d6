package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import presence.model.Ban;
import presence.model.BoardId;

class BansTest {
    private static final BoardId BOARD = new BoardId("b");
    private static final BoardId OTHER = new BoardId("other");
    private static final Ban ADA = new Ban("ada", BOARD, 1_000);
    private static final Ban BOB = new Ban("bob", null, 1_000);

    private long nowMs = 5_000;
    private final Bans bans = new Bans(() -> nowMs);

    @Test
    void aBanIsForItsBoardAndItsTime() {
        bans.add(ADA);
        bans.add(BOB);
        nowMs += 400;
        assertThat(bans.remainingMs("ada", BOARD)).isEqualTo(600);
        assertThat(bans.remainingMs("ada", OTHER)).isZero();
        assertThat(bans.remainingMs("bob", OTHER)).isEqualTo(600);
        assertThat(bans.remainingMs("", BOARD)).isZero();
        nowMs += 600;
        assertThat(bans.remainingMs("ada", BOARD)).isZero();
        assertThat(bans.all()).isEmpty();
    }

    @Test
    void bansOfTheClusterReplaceTheLocalOnes() {
        bans.add(ADA);
        List<Ban> before = bans.all();
        assertThat(bans.merge(before, List.of(BOB))).containsExactly(BOB);
        assertThat(bans.all()).containsExactly(BOB);
        assertThat(bans.merge(bans.all(), List.of(BOB))).isEmpty();
    }

    @Test
    void changesSinceTheQueryStay() {
        bans.add(ADA);
        List<Ban> before = bans.all();
        bans.remove("ada", BOARD);
        bans.add(BOB);
        assertThat(bans.merge(before, List.of(ADA))).isEmpty();
        assertThat(bans.all()).containsExactly(BOB);
    }
}
