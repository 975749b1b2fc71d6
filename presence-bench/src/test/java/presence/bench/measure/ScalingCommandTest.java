package presence.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScalingCommandTest {
    @Test
    void lowersTheRateWhereASwarmCouldNotKeepUp() {
        assertThat(ScalingCommand.bounded(20, 10).hz()).isEqualTo(20);
        assertThat(ScalingCommand.bounded(10_000, 2).hz()).as("moves").isEqualTo(0.4);
        assertThat(ScalingCommand.bounded(1, 1_000).hz()).as("deliveries").isEqualTo(2_000_000 / 999_000.0);
    }
}
