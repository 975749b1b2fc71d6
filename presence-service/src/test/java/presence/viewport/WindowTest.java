package presence.viewport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class WindowTest {
    @Test
    void windowsThatCoverTheSameHalfCellsAreEqual() {
        Window window = Window.of(1_000, 2_000, 16_000, 9_000);
        assertThat(Window.of(1_020, 2_010, 16_000, 9_000)).isEqualTo(window).hasSameHashCodeAs(window);
        assertThat(Window.of(3_000, 2_000, 16_000, 9_000)).isNotEqualTo(window);
    }

    @Test
    void aWindowWithoutWidthOrHeightContainsNothing() {
        assertThat(Window.of(5, 5, 0, 100)).isEqualTo(Window.NOTHING);
        assertThat(Window.of(5, 5, 100, 0).contains(5, 5)).isFalse();
    }

    @Test
    void aWindowCoversWhatItsClientMayRelyOn() {
        Seeded.check(2_000, random -> {
            int width = 1 + random.nextInt(1 << 1 + random.nextInt(25));
            int height = 1 + random.nextInt(width);
            int x = random.nextInt(1 << 25);
            int y = -random.nextInt(1 << 25);
            Window window = null;
            for (int step = 0; step < 20; step++) {
                x += step(random, width);
                y += step(random, height);
                width = Math.max(1, width + step(random, width));
                height = Math.max(1, Math.min(width, height + step(random, height)));
                window = Window.after(window, x, y, width, height);
                Area area = Area.around(x, y, width, height);
                assertThat(window.left).isLessThanOrEqualTo(area.left());
                assertThat(window.top).isLessThanOrEqualTo(area.top());
                assertThat(window.right).isGreaterThanOrEqualTo(area.right());
                assertThat(window.bottom).isGreaterThanOrEqualTo(area.bottom());
                int longer = Math.max(width, height);
                // Positions beyond are sent in vain: a sixteenth, an eighth of a cell and half a cell on each side at
                // most.
                assertThat(window.right - window.left).isLessThanOrEqualTo(width + longer * 7 / 16 + 40);
            }
        });
    }

    private static int step(Random random, int size) {
        int far = 1 + size / (1 + random.nextInt(40));
        return random.nextInt(far) - far / 2;
    }

    @Test
    void aWindowThatMovesToAndFroOverALineStaysTheSame() {
        // Cells are 2,048 wide: lines lie at multiples of 1,024, and 1,256 outside of what is shown.
        Window window = Window.of(1_260, 1_030, 16_000, 9_000);
        for (int by = 0; by < 20; by++) {
            assertThat(Window.after(window, 1_260 - by, 1_030, 16_000, 9_000)).isSameAs(window);
        }
        assertThat(Window.of(1_250, 1_030, 16_000, 9_000)).isNotEqualTo(window);
        assertThat(Window.after(window, 700, 1_030, 16_000, 9_000)).isNotEqualTo(window);
    }

    @Test
    void zoomedOutWindowsAreSentMoreSeldom() {
        assertThat(Window.of(0, 0, 1 << 17, 1 << 16).intervalMs(50)).isEqualTo(50);
        assertThat(Window.of(0, 0, 3 << 17, 1 << 16).intervalMs(50)).isEqualTo(100);
        assertThat(Window.of(0, 0, 5 << 17, 1 << 16).intervalMs(50)).isEqualTo(200);
        assertThat(Window.of(0, 0, 1 << 25, 1 << 25).intervalMs(50)).isEqualTo(200);
        assertThat(Window.of(0, 0, 1 << 25, 1 << 25).intervalMs(500)).isEqualTo(500);
        assertThat(Window.NOTHING.intervalMs(50)).isEqualTo(50);
    }

    @Test
    void theLargestWindowCoversTheBoard() {
        Window window = Window.of(-(1 << 25) + 1, -(1 << 25) + 1, Window.MAX_SIZE, Window.MAX_SIZE);
        assertThat(window.contains((1 << 25) - 1, -(1 << 25) + 1)).isTrue();
        Window beyond = Window.of((1 << 25) - 1, (1 << 25) - 1, Window.MAX_SIZE, Window.MAX_SIZE);
        assertThat(beyond.contains((1 << 25) - 1, (1 << 25) - 1)).isTrue();
    }
}
