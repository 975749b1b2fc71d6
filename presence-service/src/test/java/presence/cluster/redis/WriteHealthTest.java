package presence.cluster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.metrics.ServiceMetrics;

class WriteHealthTest {
    private static final long HOLD_MS = 4_000;
    private static final Throwable OOM = new RedisCommandExecutionException("OOM command not allowed");
    private static final Throwable READONLY = new RedisCommandExecutionException("READONLY You can't write");

    private final List<String> received = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long now = 1_000;
    private final WriteHealth health = new WriteHealth(
            "here",
            new WriteHealth.Listener() {
                @Override
                public void onRefused(Refusal refusal) {
                    received.add("refused " + refusal.word());
                }

                @Override
                public void onAccepted() {
                    received.add("accepted");
                }
            },
            HOLD_MS,
            new ServiceMetrics(registry),
            () -> now);

    private String error() {
        Refusal refusal = health.refusal();
        return refusal == null ? "" : refusal.word().name();
    }

    @Test
    void isRefusedFromTheFirstRefusalUntilTheLeaseIsTakenAndNothingWasRefusedForAWhile() {
        health.onLeaseRenewed();
        assertThat(error()).isEmpty();
        health.onLeaseFailed(OOM);
        assertThat(error()).isEqualTo("OOM");
        assertThat(registry.get("presence.redis.writes.refused").gauge().value())
                .isEqualTo(1);
        now += HOLD_MS - 1;
        health.onLeaseRenewed();
        assertThat(error()).isEqualTo("OOM");
        now += 1;
        health.onLeaseRenewed();
        assertThat(error()).isEmpty();
        assertThat(received).containsExactly("refused OOM", "accepted");
    }

    @Test
    void whileSomethingElseIsRefusedALeaseThatIsTakenIsNotEnough() {
        for (int i = 0; i < 10; i++) {
            assertThat(health.onFailed(READONLY)).isNotNull();
            now += HOLD_MS / 2;
            health.onLeaseRenewed();
            assertThat(error()).isEqualTo("READONLY");
        }
        assertThat(received).as("the lease was never refused").containsExactly("refused READONLY");
        assertThat(registry.get("presence.redis.refusals")
                        .tag("error", "readonly")
                        .counter()
                        .count())
                .isEqualTo(10);
    }

    @Test
    void aWriteThatFailsOtherwiseIsNotRefused() {
        assertThat(health.onFailed(new RedisCommandTimeoutException("late"))).isNull();
        health.onLeaseFailed(new RedisCommandTimeoutException("late"));
        assertThat(error()).isEmpty();
        assertThat(received).isEmpty();
    }

    @Test
    void saysTheLatestError() {
        health.onFailed(OOM);
        health.onFailed(READONLY);
        assertThat(error()).isEqualTo("READONLY");
        assertThat(received).containsExactly("refused OOM");
    }
}
