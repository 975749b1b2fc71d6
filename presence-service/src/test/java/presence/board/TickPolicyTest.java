package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class TickPolicyTest {
    private final TickPolicy policy = new TickPolicy(33, 100);

    @Test
    void aLoopWithTimeToSpareIsNotSlowed() {
        assertThat(policy.slowdown(1, 0.3, 0)).isEqualTo(1);
        assertThat(policy.intervalMs(1, 0.5)).isEqualTo(33);
    }

    @Test
    void aBusyLoopIsSlowedByWhatItIsOver() {
        assertThat(policy.slowdown(1, 0.98, 0)).isEqualTo(0.98 / TickPolicy.TARGET);
        assertThat(policy.intervalMs(1.4, 0.5)).isEqualTo(46);
    }

    @Test
    void aLoopWithLateTicksIsBusyWhateverItsShareOfACore() {
        assertThat(policy.slowdown(1, 0.2, 0.6)).isGreaterThan(1);
    }

    @Test
    void betweenBusyAndSpareNothingChanges() {
        assertThat(policy.slowdown(1.7, 0.7, 0)).isEqualTo(1.7);
    }

    @Test
    void smallBoardsAreNeverSlowed() {
        assertThat(policy.intervalMs(3, 0.019)).isEqualTo(33);
    }

    @Test
    void theFactorStaysWithinItsLimits() {
        Seeded.check(100, random -> {
            double factor = 1;
            for (int sample = 0; sample < 100; sample++) {
                factor = policy.slowdown(factor, random.nextDouble(), random.nextDouble());
                assertThat(factor).isBetween(1.0, 100 / 33.0);
                assertThat(policy.intervalMs(factor, 1)).isBetween(33L, 100L);
            }
        });
    }

    /** A loop whose load comes from its boards alone settles near the target, and recovers when they are quiet. */
    @Test
    void aLoadThatFollowsTheRateComesToRest() {
        for (double load = 0.1; load < 1.9; load += 0.1) {
            double factor = 1;
            for (int sample = 0; sample < 50; sample++) {
                factor = policy.slowdown(factor, Math.min(1, load / factor), 0);
            }
            assertThat(load / factor).as("utilisation at load %s", load).isLessThanOrEqualTo(TickPolicy.BUSY);
            for (int sample = 0; sample < 50; sample++) {
                factor = policy.slowdown(factor, 0.1, 0);
            }
            assertThat(factor).isEqualTo(1);
        }
    }

    @Test
    void ticksOfAllBoardsFallOnFewPointsAndKeepTheirRate() {
        Set<Long> phases = new HashSet<>();
        for (long quietUntil = 0; quietUntil < 1_000; quietUntil++) {
            long last = policy.nextMs(quietUntil, 33);
            assertThat(last - quietUntil).as("the first after quiet").isBetween(28L, 38L);
            for (int tick = 0; tick < 10; tick++) {
                long next = policy.nextMs(last, 33);
                assertThat(next - last).isEqualTo(33);
                last = next;
            }
            phases.add(last % 33);
        }
        assertThat(phases).hasSize(3);
    }

    @Test
    void everyRateIsKeptOnItsGrid() {
        for (long intervalMs = 8; intervalMs <= 1_000; intervalMs++) {
            TickPolicy any = new TickPolicy(intervalMs, 1_000);
            long last = any.nextMs(12_345, intervalMs);
            for (int tick = 0; tick < 5; tick++) {
                assertThat(any.nextMs(last, intervalMs) - last).isEqualTo(intervalMs);
                last += intervalMs;
            }
        }
    }
}
