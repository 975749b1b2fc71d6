package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Many observers do not get their frames all at once, and each gets as many as before. */
class ObserverLanesTest {
    private static final int OBSERVERS = 3 * ObserverLanes.LANE_SIZE;
    private static final int STEP_MS = 5;

    private final BoardFixture fixture = new BoardFixture(2, 1_000);
    private final Watcher ada = fixture.joined("Ada");
    private final List<Watcher> observers = new ArrayList<>();
    private final int[] frames = new int[OBSERVERS];
    /** The most observers that got a frame in one step. */
    private int together;

    private int x;

    private void observe(int count) {
        for (int i = 0; i < count; i++) {
            observers.add(fixture.join(fixture.watcher("o" + i, i % 2), Map.of(), true));
        }
        fixture.settle();
        observers.forEach(Watcher::ticks);
    }

    private void move(int forMs) {
        for (int ms = 0; ms < forMs; ms += STEP_MS) {
            if (ms % 50 == 0) {
                fixture.move(ada, ++x, 0);
            }
            pass();
        }
    }

    private void pass() {
        fixture.pass(STEP_MS);
        fixture.run();
        int now = 0;
        for (int i = 0; i < observers.size(); i++) {
            int got = observers.get(i).ticks().size();
            frames[i] += got;
            now += got;
        }
        together = Math.max(together, now);
    }

    @Test
    void theyAreSpreadOverTheInterval() {
        observe(OBSERVERS);
        move(200);
        together = 0;
        Arrays.fill(frames, 0);
        move(3_000);
        assertThat(together).isEqualTo(ObserverLanes.LANE_SIZE);
        for (int got : frames) {
            assertThat(got).isBetween(28, 31);
        }
        for (int ms = 0; ms < BoardFixture.TICK_MS + BoardFixture.OBSERVER_TICK_MS; ms += STEP_MS) {
            pass();
        }
        TreeSet<Integer> last = new TreeSet<>();
        observers.forEach(observer -> last.add(observer.cursorOf("Ada").getX()));
        assertThat(last).containsExactly(x);
        fixture.assertInOrder();
        fixture.close();
    }

    @Test
    void fewOfThemGetTheSameFrame() {
        observe(ObserverLanes.LANE_SIZE);
        double before = fixture.metrics.observerTicks.count();
        move(1_000);
        assertThat(together).isEqualTo(ObserverLanes.LANE_SIZE);
        assertThat(fixture.metrics.observerTicks.count() - before).isEqualTo(frames[0]);
        fixture.close();
    }
}
