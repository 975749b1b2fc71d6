package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TickPaceTest {
    private static final long DEAR = 20_000_000;

    private final TickPace pace = new TickPace(new TickPolicy(33, 100));

    private void tick(int times, long nanos, double slowdown) {
        for (int i = 0; i < times; i++) {
            pace.ticked(nanos, slowdown);
        }
    }

    @Test
    void aBoardThatCostsMuchFollowsItsLoop() {
        tick(100, DEAR, 2);
        assertThat(pace.intervalMs()).isEqualTo(66);
        assertThat(pace.hz()).isEqualTo(15);
        assertThat(pace.isSlowed()).isTrue();
        tick(1, DEAR, 1);
        assertThat(pace.intervalMs()).isEqualTo(33);
    }

    @Test
    void oneDearTickMakesNoLargeBoard() {
        tick(100, 10_000, 2);
        tick(1, 5_000_000, 2);
        assertThat(pace.isSlowed()).isFalse();
    }

    @Test
    void clientsAreNotifiedOfNotableChanges() {
        tick(100, DEAR, 1.1);
        assertThat(pace.isNews(5_000)).as("a tenth").isFalse();
        tick(1, DEAR, 2);
        assertThat(pace.isNews(5_000)).isTrue();
        assertThat(pace.isNews(5_001)).isFalse();
        tick(1, DEAR, 3);
        assertThat(pace.isNews(5_500)).as("within a second").isFalse();
        assertThat(pace.isNews(6_000)).isTrue();
        tick(1, DEAR, 1);
        assertThat(pace.isNews(7_000)).as("back to normal").isTrue();
    }
}
