package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FilterSwitchTest {
    private final FilterSwitch toggle = new FilterSwitch(64);

    private boolean tick(int times, int moved, int members) {
        for (int i = 0; i < times; i++) {
            toggle.ticked(moved, members);
        }
        return toggle.isOn();
    }

    @Test
    void itIsOnWhileMuchMovesOnALargeBoard() {
        assertThat(tick(100, 100, 127)).isFalse();
        assertThat(tick(1, 100, 128)).isTrue();
        assertThat(tick(100, 50, 128)).as("a little less").isTrue();
        assertThat(tick(100, 45, 128)).as("much less").isFalse();
        assertThat(tick(100, 60, 128)).as("not yet enough").isFalse();
    }

    @Test
    void aFewLargeTicksDoNotTurnItOn() {
        assertThat(tick(5, 100, 500)).isFalse();
    }

    @Test
    void itEndsWithTheMembers() {
        tick(100, 100, 200);
        assertThat(tick(1, 100, 100)).isTrue();
        assertThat(tick(1, 100, 95)).isFalse();
    }

    @Test
    void zeroTurnsItOff() {
        FilterSwitch never = new FilterSwitch(0);
        for (int i = 0; i < 100; i++) {
            assertThat(never.ticked(1_000, 1_000)).isFalse();
        }
    }
}
