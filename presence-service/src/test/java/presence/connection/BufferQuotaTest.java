package presence.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import presence.board.ClientMemory;
import presence.metrics.ServiceMetrics;

class BufferQuotaTest {
    private final ServiceMetrics metrics = new ServiceMetrics(new SimpleMeterRegistry());
    private long nowMs = 1_000;
    private final ClientMemory memory = new ClientMemory(metrics, 10_000, () -> nowMs);
    private final BufferQuota one = new BufferQuota(memory);
    private final BufferQuota other = new BufferQuota(memory);

    @Test
    void countsWhatAllHoldNow() {
        assertThat(one.holdUnfinished(5_000)).isTrue();
        other.holdUnread(4_000);
        assertThat(one.holdUnfinished(6_000)).isTrue();
        assertThat(metrics.bufferedBytes).hasValue(10_000);
        one.holdUnfinished(0);
        assertThat(metrics.bufferedBytes).hasValue(4_000);
        other.release();
        assertThat(metrics.bufferedBytes).hasValue(0);
    }

    @Test
    void countsEveryUnreadByte() {
        one.holdUnread(1);
        assertThat(metrics.bufferedBytes).hasValue(1);
        assertThat(one.isNodeFull()).isFalse();
        other.holdUnread(10_000);
        assertThat(one.isNodeFull()).isTrue();
    }

    @Test
    void refusesMoreThanThereIsButNeverLessThanBefore() {
        one.holdUnfinished(9_000);
        other.holdUnread(9_000);
        assertThat(one.holdUnfinished(9_500)).isFalse();
        assertThat(one.holdUnfinished(9_500)).as("no more than before").isTrue();
        assertThat(one.holdUnfinished(8_000)).isTrue();
    }

    @Test
    void leavesALittleToEveryConnection() {
        one.holdUnfinished(10_000);
        assertThat(other.holdUnfinished(BufferQuota.FREE_UNFINISHED)).isTrue();
        assertThat(metrics.bufferedBytes).hasValue(10_000);
    }

    @Test
    void memoryIsShortForASecondAfterAFailedAllocation() {
        assertThat(memory.isShort()).isFalse();
        memory.allocationFailed(new OutOfMemoryError("Cannot reserve 46072 bytes of direct buffer memory"));
        assertThat(memory.isShort()).isTrue();
        assertThat(metrics.allocationFailures.count()).isEqualTo(1);
        nowMs += 1_000;
        assertThat(memory.isShort()).isFalse();
    }
}
