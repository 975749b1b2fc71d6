package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.connection.HeartbeatMonitor.Verdict;
import presence.model.NodeId;
import presence.wire.Welcome;
import presence.wire.WireLimits;

class HeartbeatMonitorTest {
    private static final WireLimits LIMITS = new WireLimits(65_536, 128, 4_096, 32, 16_384, 16);
    private static final ConnectionSettings SETTINGS = new ConnectionSettings(
            25_000,
            10_000,
            2_000,
            262_144,
            10_000,
            100,
            new ClientRates(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            new Welcome(NodeId.random(), "test", 25_000, 30, LIMITS));

    private final HeartbeatMonitor monitor = new HeartbeatMonitor(SETTINGS, 0);

    @Test
    void isDueForTheFirstFrame() {
        assertThat(monitor.dueMs(0, false)).isEqualTo(10_001);
        assertThat(monitor.judge(10_000, 0, false)).isEqualTo(Verdict.FINE);
        assertThat(monitor.judge(10_001, 0, false)).isEqualTo(Verdict.NEVER_SPOKE);
    }

    @Test
    void isDueForPingsAndThenForTheEnd() {
        assertThat(monitor.dueMs(0, true)).isEqualTo(25_001);
        assertThat(monitor.judge(25_000, 0, true)).isEqualTo(Verdict.FINE);
        assertThat(monitor.judge(25_001, 0, true)).isEqualTo(Verdict.PING);
        assertThat(monitor.dueMs(0, true)).isEqualTo(50_002);
        assertThat(monitor.judge(50_002, 0, true)).isEqualTo(Verdict.PING);
        long end = SETTINGS.silenceMs() + 1;
        assertThat(monitor.dueMs(0, true)).isEqualTo(end);
        assertThat(monitor.judge(end - 1, 0, true)).isEqualTo(Verdict.FINE);
        assertThat(monitor.judge(end, 0, true)).isEqualTo(Verdict.SILENT);
    }

    @Test
    void aFramePostponesWhatIsDue() {
        assertThat(monitor.dueMs(20_000, true)).isEqualTo(45_001);
        assertThat(monitor.judge(45_000, 20_000, true)).isEqualTo(Verdict.FINE);
    }
}
