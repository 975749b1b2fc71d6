package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.board.spi.JoinLimit;
import presence.cluster.memory.InMemoryJoinLimit;

class InMemoryJoinLimitTest extends JoinLimitContract {
    private long nowMs = 1_000;

    @Override
    JoinLimit limit(int perMinute) {
        return new InMemoryJoinLimit(perMinute, () -> nowMs);
    }

    @Test
    void theWindowSlides() {
        JoinLimit limit = limit(2);
        take(limit, user);
        nowMs += 40_000;
        take(limit, user);
        assertThat(take(limit, user).retryAfterMs()).isEqualTo(20_000);
        nowMs += 20_000;
        assertThat(take(limit, user)).isEqualTo(new JoinLimit.Allowance(0, 0));
        assertThat(take(limit, user).retryAfterMs()).isEqualTo(40_000);
    }
}
