package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import presence.model.Density;
import presence.model.Position;
import presence.testing.random.Seeded;

class DensityGridTest {
    private final LatestPositions positions = new LatestPositions();

    private void at(int slot, int x, int y) {
        positions.set(slot, x, y, false, 0, 1);
    }

    @Test
    void countsTheMembersOfEachCell() {
        at(1, -20, 5);
        at(2, -17, 5);
        at(3, 40, 17);
        at(7, 40, 90);
        positions.forget(7);
        assertThat(DensityGrid.of(positions))
                .isEqualTo(new Density(-32, 0, 16, 5, new int[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    }

    @Test
    void thereIsNoneWithoutPositions() {
        assertThat(DensityGrid.of(positions)).isNull();
    }

    @Test
    void itHasTheFinestCellsThatFit() {
        Seeded.check(300, random -> {
            LatestPositions some = new LatestPositions();
            int size = 1 + random.nextInt(Position.LIMIT);
            int members = 1 + random.nextInt(200);
            for (int slot = 1; slot <= members; slot++) {
                some.set(slot, random.nextInt(size) - size / 2, random.nextInt(size) - size / 2, false, 0, 1);
            }
            Density density = DensityGrid.of(some);
            assertThat(density.columns()).isLessThanOrEqualTo(Density.MOST_COLUMNS);
            assertThat(density.counts().length / density.columns()).isLessThanOrEqualTo(Density.MOST_ROWS);
            assertThat(Arrays.stream(density.counts()).sum()).isEqualTo(members);
            boolean half = density.columns() > Density.MOST_COLUMNS / 2 - 1
                    || density.counts().length / density.columns() > Density.MOST_ROWS / 2 - 1;
            assertThat(half || density.cell() == 16)
                    .as("finer cells would not fit")
                    .isTrue();
        });
    }

    @Test
    void theWholeBoardFits() {
        at(1, Position.LIMIT, Position.LIMIT);
        at(2, -Position.LIMIT, -Position.LIMIT);
        assertThat(DensityGrid.of(positions).columns()).isLessThanOrEqualTo(Density.MOST_COLUMNS);
    }
}
