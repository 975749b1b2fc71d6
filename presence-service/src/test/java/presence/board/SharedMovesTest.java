package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.model.CursorColumns;

class SharedMovesTest {
    private static final long INTERVAL = 33;
    private final SharedMoves moves = new SharedMoves();

    private void tick(int times, long apartMs, int... slots) {
        for (int i = 0; i < times; i++) {
            CursorColumns moved = new CursorColumns();
            for (int slot : slots) {
                moved.add(slot, 1, 1, false, 0);
            }
            moves.ticked(moved, apartMs, INTERVAL);
        }
    }

    @Test
    void aLoneMoverNeverWaits() {
        tick(100, INTERVAL, 5);
        assertThat(moves.mayWaitMs(INTERVAL)).isZero();
    }

    @Test
    void movesOfSeveralWaitForAFewIntervals() {
        tick(5, INTERVAL, 5, 6);
        assertThat(moves.mayWaitMs(INTERVAL)).isEqualTo(3 * INTERVAL);
    }

    @Test
    void twoThatMoveInTurnsAreSeveral() {
        for (int i = 0; i < 5; i++) {
            tick(1, INTERVAL, 5);
            tick(1, INTERVAL, 6);
        }
        assertThat(moves.mayWaitMs(INTERVAL)).isPositive();
    }

    @Test
    void oneSharedTickMakesNoBusyBoard() {
        tick(10, INTERVAL, 5);
        tick(1, INTERVAL, 5, 6);
        assertThat(moves.mayWaitMs(INTERVAL)).isZero();
    }

    @Test
    void movesFarApartDoNotWait() {
        tick(100, 3 * INTERVAL, 5, 6);
        assertThat(moves.mayWaitMs(INTERVAL)).isZero();
    }

    @Test
    void theLastOneLeftIsALoneMoverSoon() {
        tick(20, INTERVAL, 5, 6);
        tick(5, INTERVAL, 5);
        assertThat(moves.mayWaitMs(INTERVAL)).isZero();
    }
}
