package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.board.spi.JoinLimit;

/** Contract of every {@link JoinLimit}; its window is a minute. */
abstract class JoinLimitContract {
    final String user = "ada-" + UUID.randomUUID();

    /** Makes the limit of one node; all limits made by one test share a cluster. */
    abstract JoinLimit limit(int perMinute);

    static JoinLimit.Allowance take(JoinLimit limit, String user) {
        return limit.take(user).toCompletableFuture().join();
    }

    @Test
    void soManyJoinsAMinuteAreAllowed() {
        JoinLimit limit = limit(3);
        for (int remaining = 2; remaining >= 0; remaining--) {
            assertThat(take(limit, user)).isEqualTo(new JoinLimit.Allowance(remaining, 0));
        }
        JoinLimit.Allowance refused = take(limit, user);
        assertThat(refused.isAllowed()).isFalse();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.retryAfterMs()).isBetween(1L, 60_000L);
    }

    @Test
    void usersDoNotShareIt() {
        JoinLimit limit = limit(1);
        assertThat(take(limit, user).isAllowed()).isTrue();
        assertThat(take(limit, user).isAllowed()).isFalse();
        assertThat(take(limit, user + "}x{").isAllowed()).isTrue();
    }

    @Test
    void zeroIsNoLimit() {
        JoinLimit limit = limit(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(take(limit, user)).isEqualTo(JoinLimit.Allowance.UNCOUNTED);
        }
    }
}
