package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.Position;
import presence.testing.random.Seeded;

@Tag("property")
class TickGridTest {
    @Test
    void aWindowFindsEachMoverThatIsOrWasInIt() {
        Seeded.check(300, random -> {
            TickGrid grid = new TickGrid();
            for (int tick = 0; tick < 3; tick++) {
                grid.clear();
                int area = 1 << 8 + random.nextInt(18);
                List<int[]> movers = new ArrayList<>();
                for (int slot = 1; slot <= random.nextInt(1_000); slot++) {
                    int x = coordinate(random, area);
                    int y = coordinate(random, area);
                    boolean far = random.nextBoolean();
                    int oldX = far ? coordinate(random, area) : Position.clamp(x + random.nextInt(40) - 20);
                    int oldY = far ? coordinate(random, area) : Position.clamp(y + random.nextInt(40) - 20);
                    grid.add(slot, x, y, oldX, oldY);
                    movers.add(new int[] {slot, x, y, oldX, oldY});
                }
                for (int i = 0; i < 20; i++) {
                    int width = 1 + random.nextInt(area);
                    Window window = Window.of(
                            coordinate(random, area), coordinate(random, area), width, 1 + random.nextInt(width));
                    List<Integer> expected = new ArrayList<>();
                    for (int[] mover : movers) {
                        if (window.contains(mover[1], mover[2]) || window.contains(mover[3], mover[4])) {
                            expected.add(mover[0]);
                        }
                    }
                    List<Integer> found = new ArrayList<>();
                    int count = grid.find(window);
                    for (int at = 0; at < count; at++) {
                        found.add(grid.found(at));
                    }
                    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
                }
            }
        });
    }

    private static int coordinate(Random random, int area) {
        return Position.clamp(random.nextInt(area) * 2 - area);
    }
}
