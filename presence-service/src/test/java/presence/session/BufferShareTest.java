package presence.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BufferShareTest {
    private final AtomicLong buffered = new AtomicLong();
    private final BufferShare one = new BufferShare(buffered, 10_000);
    private final BufferShare other = new BufferShare(buffered, 10_000);

    @Test
    void countsWhatAllHoldNow() {
        assertThat(one.holdUnfinished(5_000)).isTrue();
        assertThat(other.holdUnread(4_000)).isTrue();
        assertThat(one.holdUnfinished(6_000)).isTrue();
        assertThat(buffered).hasValue(10_000);
        one.holdUnfinished(0);
        assertThat(buffered).hasValue(4_000);
        other.release();
        assertThat(buffered).hasValue(0);
    }

    @Test
    void refusesWhoeverNeedsMoreThanThereIs() {
        one.holdUnfinished(9_000);
        assertThat(other.holdUnread(1_001)).isFalse();
        assertThat(one.holdUnfinished(9_000)).as("no more than before").isTrue();
        assertThat(one.isNodeFull()).isTrue();
    }

    @Test
    void neverRefusesLessThanBefore() {
        one.holdUnfinished(9_000);
        other.holdUnread(9_000);
        assertThat(one.holdUnfinished(8_000)).isTrue();
    }

    @Test
    void leavesALittleToThoseWhoComeLate() {
        one.holdUnfinished(10_000);
        assertThat(other.holdUnfinished(BufferShare.FREE_UNFINISHED)).isTrue();
        assertThat(buffered).hasValue(10_000);
    }
}
