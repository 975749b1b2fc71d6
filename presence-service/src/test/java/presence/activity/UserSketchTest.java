package presence.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserSketchTest {
    private static UserSketch of(int from, int to) {
        UserSketch sketch = new UserSketch();
        for (int i = from; i < to; i++) {
            sketch.add("user-" + i);
        }
        return sketch;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 100, 1_000, 10_000, 20_000, 200_000})
    void countsWithinFivePercent(int users) {
        assertThat((double) of(0, users).count()).isCloseTo(users, within(0.05 * users));
    }

    @Test
    void countsUsersOfTwoOnce() {
        UserSketch both = of(0, 30);
        both.addAll(of(20, 50));
        both.addAll(of(0, 10));
        assertThat(both.count()).isEqualTo(50);
    }
}
