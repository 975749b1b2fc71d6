package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class RateLimitTest {
    @Test
    void twoSecondsWorthMayComeAtOnce() {
        RateLimit limit = new RateLimit(10);
        for (int i = 0; i < 20; i++) {
            assertThat(limit.take(1, 5_000)).isZero();
        }
        assertThat(limit.take(1, 5_000)).isEqualTo(100);
    }

    @Test
    void theReturnedDelayIsExact() {
        RateLimit limit = new RateLimit(4);
        assertThat(limit.take(8, 0)).isZero();
        assertThat(limit.take(2, 100)).isEqualTo(400);
        assertThat(limit.take(2, 499)).isEqualTo(1);
        assertThat(limit.take(2, 500)).isZero();
    }

    @Test
    void isEarnedWhenItIsAsGoodAsNew() {
        RateLimit limit = new RateLimit(4);
        assertThat(limit.isEarned(0)).isTrue();
        limit.take(2, 100);
        assertThat(limit.isEarned(599)).isFalse();
        assertThat(limit.isEarned(600)).isTrue();
    }

    @Test
    void aRefusedTakeCostsNothing() {
        RateLimit limit = new RateLimit(1);
        assertThat(limit.take(2, 0)).isZero();
        for (int i = 0; i < 100; i++) {
            assertThat(limit.take(1, 0)).isEqualTo(1_000);
        }
        assertThat(limit.take(1, 1_000)).isZero();
    }

    @Test
    void quietTimeIsNotSaved() {
        RateLimit limit = new RateLimit(1);
        assertThat(limit.take(2, 1_000_000)).isZero();
        assertThat(limit.take(1, 1_000_000)).isPositive();
    }

    @Test
    void moreThanTheBurstNeverPasses() {
        assertThat(new RateLimit(1_000).take(2_001, 0)).isEqualTo(1);
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = new RateLimit(0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(limit.take(Integer.MAX_VALUE, 0)).isZero();
        }
    }

    @Test
    void inAnyTimeItLetsTheRateAndABurstPass() {
        Seeded.check(200, random -> {
            int rate = 1 + random.nextInt(2_000);
            RateLimit limit = new RateLimit(rate);
            long now = random.nextInt();
            long begin = now;
            long taken = 0;
            for (int i = 0; i < 2_000; i++) {
                now += random.nextInt(3) == 0 ? random.nextInt(50) : 0;
                int n = 1 + random.nextInt(5);
                long wait = limit.take(n, now);
                taken += wait == 0 ? n : 0;
                assertThat(taken).isLessThanOrEqualTo(rate * 2L + (now - begin) * rate / 1_000 + 1);
            }
        });
    }
}
