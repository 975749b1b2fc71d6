package presence.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MoverTest {
    private final Mover mover = new Mover();

    @Test
    void knowsEveryMoveByItsXEvenAfterXBeganAgain() {
        for (int move = 1; move <= Mover.CYCLE + 500; move++) {
            long number = mover.next(move * 1_000L);

            assertThat(mover.numberAt(Mover.x(number))).isEqualTo(number);
            assertThat(mover.sentNanos(number)).isEqualTo(move * 1_000L);
        }
        assertThat(mover.numberAt(Mover.x(Mover.CYCLE + 100))).isEqualTo(Mover.CYCLE + 100);
    }

    @Test
    void staysWhereCoordinatesTakeThreeBytes() {
        for (long move = 1; move <= Mover.CYCLE; move++) {
            // Zigzag doubles; three bytes hold 14 to 21 bits.
            assertThat(Mover.x(move) << 1).isBetween(1 << 14, (1 << 21) - 1);
            assertThat(Mover.y(move) << 1).isBetween(1 << 14, (1 << 21) - 1);
        }
    }
}
