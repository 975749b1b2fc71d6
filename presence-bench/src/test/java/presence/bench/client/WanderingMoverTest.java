package presence.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WanderingMoverTest {
    private static final int WIDTH = 80_000;
    private static final int HEIGHT = 45_000;

    private final WanderingMover mover = new WanderingMover(WIDTH, HEIGHT, 7);

    @Test
    void knowsTheMoveOfEachOfItsLastPositions() {
        for (int move = 1; move <= 3_000; move++) {
            long number = mover.next(move);
            assertThat(mover.numberAt(mover.xOf(number), mover.yOf(number))).isEqualTo(number);
            long earlier = Math.max(1, number - 400);
            assertThat(mover.numberAt(mover.xOf(earlier), mover.yOf(earlier))).isEqualTo(earlier);
        }
    }

    @Test
    void wasNeverWhereItWasNot() {
        for (int move = 1; move <= 600; move++) {
            mover.next(move);
        }
        assertThat(mover.numberAt(mover.xOf(590) + 8, mover.yOf(590))).isZero();
        assertThat(mover.numberAt(mover.xOf(590) + 1, mover.yOf(590))).isZero();
        assertThat(new WanderingMover(WIDTH, HEIGHT, 1).numberAt(10_000, 10_000))
                .isZero();
    }

    @Test
    void walksOnItsBoardInSmallStepsMostly() {
        WanderingMover same = new WanderingMover(WIDTH, HEIGHT, 7);
        int far = 0;
        for (long move = 1; move <= 4_000; move++) {
            mover.next(move);
            same.next(move);
            assertThat(mover.xOf(move)).isEqualTo(same.xOf(move)).isBetween(WanderingMover.ORIGIN, WIDTH + 8_199);
            assertThat(mover.yOf(move)).isEqualTo(same.yOf(move)).isBetween(WanderingMover.ORIGIN, HEIGHT + 8_199);
            boolean isFar = move > 1
                    && Math.hypot(mover.xOf(move) - mover.xOf(move - 1), mover.yOf(move) - mover.yOf(move - 1)) > 800;
            far += isFar ? 1 : 0;
        }
        assertThat(far).isBetween(1, 40);
    }
}
