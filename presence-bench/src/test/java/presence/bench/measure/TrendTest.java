package presence.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static boolean isFlat(Double... values) {
        return Trend.of(List.of(values), 5).isFlat();
    }

    @Test
    void isFlatWhereTheLastThirdIsAsHighAsTheFirst() {
        assertThat(isFlat(100.0, 103.0, 99.0, 500.0, 400.0, 600.0, 101.0, 104.0, 900.0))
                .isTrue();
        assertThat(isFlat(100.0, 50.0, 10.0)).isTrue();
    }

    @Test
    void isNotFlatWhereItGrowsByMoreThanATenthAndTheSlack() {
        assertThat(isFlat(100.0, 100.0, 115.0)).isTrue();
        assertThat(isFlat(100.0, 100.0, 116.0)).isFalse();
    }

    @Test
    void takesThreeSamples() {
        assertThatThrownBy(() -> isFlat(1.0, 2.0)).hasMessageContaining("three samples, these are 2");
    }
}
