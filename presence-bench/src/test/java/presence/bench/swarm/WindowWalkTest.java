package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.bench.client.WanderingMover;

class WindowWalkTest {
    @Test
    void staysOnTheBoardPansAndZooms() {
        Space space = Space.of(1_000, 100);
        WindowWalk window = new WindowWalk(space, 5);
        WindowWalk same = new WindowWalk(space, 5);
        int moved = 0;
        int resized = 0;
        for (int step = 0; step < 2_000; step++) {
            int x = window.x();
            int width = window.width();
            window.step();
            same.step();
            moved += window.x() != x ? 1 : 0;
            resized += window.width() != width ? 1 : 0;
            assertThat(window.x()).isEqualTo(same.x()).isGreaterThanOrEqualTo(WanderingMover.ORIGIN);
            assertThat(window.y()).isEqualTo(same.y()).isGreaterThanOrEqualTo(WanderingMover.ORIGIN);
            assertThat(window.x() + window.width()).isLessThanOrEqualTo(WanderingMover.ORIGIN + space.width());
            assertThat(window.y() + window.height()).isLessThanOrEqualTo(WanderingMover.ORIGIN + space.height());
            assertThat(window.width()).isBetween(space.windowWidth() * 7 / 10, space.windowWidth() * 3 / 2);
        }
        assertThat(moved).isGreaterThan(1_500);
        assertThat(resized).isBetween(200, 1_000);
    }

    @Test
    void aWindowOfAverageSizeShowsItsShareOfTheBoard() {
        Space space = Space.of(2_000, 100);
        double share = (double) space.windowWidth() * space.windowHeight() / ((double) space.width() * space.height());
        assertThat(share).isBetween(0.0499, 0.0501);
        assertThat(Space.of(10, 100).width()).isEqualTo(Space.of(10, 100).windowWidth());
    }
}
