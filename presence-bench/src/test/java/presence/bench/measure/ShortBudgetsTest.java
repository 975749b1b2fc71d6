package presence.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShortBudgetsTest {
    @Test
    void theRatioIsThatOfTheMedians() {
        assertThat(ShortBudgets.ratio(List.of(1.0, 2.0), List.of(2.0, 4.0))).isEqualTo("**0.50**");
    }

    @Test
    void thereIsNoRatioWithoutABuildToCompareWith() {
        assertThat(ShortBudgets.ratio(List.of(1.0), List.of())).isEmpty();
    }
}
