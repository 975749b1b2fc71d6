package presence.bench.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RollingTallyTest {
    private final RollingTally tally = new RollingTally();

    private void opened(long... ms) {
        for (long at : ms) {
            tally.opened(TimeUnit.MILLISECONDS.toNanos(at));
        }
    }

    @Test
    void findsTheMostConnectionsWithinAnyWindow() {
        opened(0, 50, 99, 100, 101, 149, 900, 1_050);
        RollingReport report = tally.report();
        assertThat(report.connections()).isEqualTo(8);
        assertThat(report.peak100Ms()).as("50 to 149").isEqualTo(5);
        assertThat(report.peakSecond()).as("0 to 900").isEqualTo(7);
    }

    @Test
    void keepsTheLongestGap() {
        tally.gap(TimeUnit.MILLISECONDS.toNanos(20));
        tally.gap(TimeUnit.MILLISECONDS.toNanos(300));
        tally.gap(TimeUnit.MILLISECONDS.toNanos(5));
        RollingReport report = tally.report();
        assertThat(report.gaps()).isEqualTo(3);
        assertThat(report.longestGapMs()).isEqualTo(300);
    }

    @Test
    void beginsAnew() {
        opened(1);
        tally.gap(1);
        tally.notResumed();
        tally.left(2);
        tally.joined(3);
        assertThat(tally.report()).isEqualTo(new RollingReport(1, 1, 1, 1, 1e-6, 1, 2, 3));
        tally.forget();
        assertThat(tally.report()).isEqualTo(new RollingReport(0, 0, 0, 0, 0, 0, 0, 0));
    }
}
