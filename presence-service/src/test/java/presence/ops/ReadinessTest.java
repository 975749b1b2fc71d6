package presence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.model.ClusterHealth;

class ReadinessTest {
    private static final ClusterHealth WHOLE = new ClusterHealth(true, true, true, true, true, "");
    private static final ClusterHealth WITHOUT_CURSORS = new ClusterHealth(true, true, false, true, true, "");
    private ClusterHealth health = WHOLE;
    private final Readiness readiness = new Readiness(() -> health, true);

    private void is(Readiness.State state, boolean traffic, String reason) {
        assertThat(readiness.report()).isEqualTo(new Readiness.Report(state, traffic, reason, health));
        assertThat(readiness.acceptsTraffic()).isEqualTo(traffic);
    }

    @Test
    void goesThroughItsStates() {
        is(Readiness.State.STARTING, false, "not started yet");
        readiness.started();
        is(Readiness.State.READY, true, "");
        health = WITHOUT_CURSORS;
        is(Readiness.State.DEGRADED, true, "connections to redis are down: cursors");
        health = WHOLE;
        is(Readiness.State.READY, true, "");
        readiness.draining();
        is(Readiness.State.DRAINING, false, "stopping, sending clients elsewhere");
    }

    @Test
    void takesNoTrafficWhileDegradedWhereSoConfigured() {
        Readiness strict = new Readiness(() -> WITHOUT_CURSORS, false);
        strict.started();
        assertThat(strict.report().state()).isEqualTo(Readiness.State.DEGRADED);
        assertThat(strict.acceptsTraffic()).isFalse();
    }

    @Test
    void isDegradedWhileRedisRefusesWritesThoughItsConnectionsWork() {
        Readiness refused = new Readiness(() -> new ClusterHealth(true, true, true, true, true, "OOM"), true);
        refused.started();
        assertThat(refused.report().state()).isEqualTo(Readiness.State.DEGRADED);
        assertThat(refused.report().reason()).contains("OOM");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(new ClusterHealth(true, false, false, false, false, "").problem())
                .isEqualTo("redis cannot be reached");
        assertThat(new ClusterHealth(true, false, true, false, true, "").problem())
                .isEqualTo("connections to redis are down: commands, subscriber");
        assertThat(new ClusterHealth(true, true, true, true, false, "").problem())
                .isEqualTo("own heartbeats do not come back through redis");
        assertThat(new ClusterHealth(true, true, true, true, true, "READONLY").problem())
                .isEqualTo("redis refuses writes: READONLY");
        assertThat(ClusterHealth.ALONE.problem()).isEmpty();
        assertThat(ClusterHealth.ALONE.isWhole()).isTrue();
    }
}
