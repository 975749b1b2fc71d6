package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MoveTimesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void evenMovesAreEquallyFarApart() {
        MoveTimes times = new MoveTimes(Spacing.EVEN, 200, 20);
        assertThat(LongStream.range(0, 4_000)
                        .map(move -> times.dueAtNanos(move + 1) - times.dueAtNanos(move))
                        .distinct()
                        .boxed())
                .containsExactly(250_000L);
    }

    @Test
    void movesInBurstsAreDueOnWholeMilliseconds() {
        MoveTimes times = new MoveTimes(Spacing.BURSTS, 200, 20);
        assertThat(LongStream.range(0, 4).map(times::dueAtNanos).boxed()).containsOnly(0L);
        assertThat(times.dueAtNanos(4)).isEqualTo(1_000_000);
    }

    @ParameterizedTest
    @EnumSource(Spacing.class)
    void eachMoverMovesAtItsRate(Spacing spacing) {
        MoveTimes times = new MoveTimes(spacing, 7, 3);
        assertThat(times.dueBy(100 * SECOND) - times.dueBy(90 * SECOND)).isEqualTo(210);
    }

    @ParameterizedTest
    @EnumSource(Spacing.class)
    void aMoveIsDueFromItsTimeOn(Spacing spacing) {
        MoveTimes times = new MoveTimes(spacing, 500, 20);
        for (long move = 0; move < 2_000; move++) {
            long at = times.dueAtNanos(move);
            assertThat(times.dueBy(at)).isGreaterThan(move);
            assertThat(times.dueBy(at - 1)).isLessThanOrEqualTo(move);
        }
        assertThat(times.dueBy(-1)).isZero();
    }
}
