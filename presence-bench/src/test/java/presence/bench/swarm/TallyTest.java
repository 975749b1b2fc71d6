package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.bench.client.Mover;

class TallyTest {
    private static final long PATIENCE_MS = 250;

    private final Tally tally = new Tally(ms(PATIENCE_MS));
    private final Mover mover = new Mover();

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Test
    void countsAMoveOvertakenInTimeAsSuperseded() {
        mover.next(ms(0));
        mover.next(ms(10));
        mover.next(ms(20));

        tally.seen(mover, 1, 3, ms(10 + PATIENCE_MS));

        assertThat(tally.superseded).isEqualTo(1);
        assertThat(tally.lost).isZero();
    }

    @Test
    void countsAMoveOvertakenTooLateAsLost() {
        mover.next(ms(0));
        mover.next(ms(10));
        mover.next(ms(200));
        mover.next(ms(210));

        tally.seen(mover, 1, 4, ms(10 + PATIENCE_MS) + 1);

        assertThat(tally.lost).as("the second move").isEqualTo(1);
        assertThat(tally.superseded).as("the third").isEqualTo(1);
    }

    @Test
    void missesNothingThatWasSentBeforeTheReceiverCame() {
        for (int move = 0; move < 5; move++) {
            mover.next(ms(move));
        }

        tally.seen(mover, 0, 5, ms(10_000));

        assertThat(tally.lost + tally.superseded).isZero();
        assertThat(tally.checked).isEqualTo(1);
    }

    @Test
    void measuresAgeFromTheSendToTheReceipt() {
        mover.next(ms(100));

        tally.seen(mover, 0, 1, ms(117));

        assertThat(SwarmReport.ageMs(tally.ages, 50)).isBetween(16.9, 17.1);
        assertThat(SwarmReport.ageMs(tally.recentAges, 50)).isBetween(16.8, 17.2);
    }

    @Test
    void addsUpAndForgets() {
        Tally other = new Tally(ms(PATIENCE_MS));
        mover.next(ms(0));
        mover.next(ms(1));
        mover.next(ms(2));
        other.seen(mover, 1, 3, ms(3));
        other.sent = 3;
        other.delivered = 1;
        other.cursorFrames = 4;
        other.cursorBytes = 50;

        tally.add(other);
        tally.add(other);
        other.forget();

        assertThat(tally.superseded).isEqualTo(2);
        assertThat(tally.sent).isEqualTo(6);
        assertThat(tally.delivered).isEqualTo(2);
        assertThat(tally.cursorFrames).isEqualTo(8);
        assertThat(tally.cursorBytes).isEqualTo(100);
        assertThat(tally.ages.getTotalCount()).isEqualTo(2);
        assertThat(other.superseded + other.sent + other.delivered + other.cursorFrames + other.cursorBytes)
                .isZero();
        assertThat(other.ages.getTotalCount()).isZero();
    }
}
