package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.Cursors;

/** Observers get cursors less often than members, and in the end the same. */
class ObserverTickerTest {
    private static final long STEP_MS = 5;
    private static final int SECOND_MS = 1_000;
    /** A third of a tick. */
    private static final long SLACK_MS = BoardFixture.TICK_MS / 3;

    private final BoardFixture fixture = new BoardFixture(2, 1_000);
    private final List<Long> framesAtMs = new ArrayList<>();
    private int x;

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    /** Moves all at 20 Hz, one after the other, and notes when the observer got a frame. */
    private List<Cursors> move(long forMs, Watcher observer, Watcher... movers) {
        List<Cursors> frames = new ArrayList<>();
        for (long ms = 0; ms < forMs; ms += STEP_MS) {
            for (int i = 0; i < movers.length; i++) {
                if ((ms / STEP_MS + i) % 10 == 0) {
                    fixture.move(movers[i], ++x, i);
                }
            }
            frames.addAll(pass(STEP_MS, observer));
        }
        return frames;
    }

    private List<Cursors> pass(long ms, Watcher observer) {
        List<Cursors> frames = new ArrayList<>();
        for (long passed = 0; passed < ms; passed += STEP_MS) {
            fixture.pass(STEP_MS);
            fixture.run();
            List<Cursors> now = observer.ticks();
            now.forEach(frame -> framesAtMs.add(fixture.nowMs()));
            frames.addAll(now);
        }
        return frames;
    }

    private Watcher observer(int loop) {
        Watcher watcher = fixture.join(fixture.watcher("observer", loop), Map.of(), true);
        fixture.settle();
        watcher.ticks();
        return watcher;
    }

    @Test
    void observersGetTenFramesASecondHoweverFastTheBoardTicks() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher observer = observer(1);
        bob.ticks();
        List<Cursors> frames = move(3L * SECOND_MS, observer, ada, bob);
        assertThat(frames.size()).isBetween(28, 31);
        assertThat(bob.ticks().size()).isGreaterThan(50);
        for (int i = 1; i < framesAtMs.size(); i++) {
            assertThat(framesAtMs.get(i) - framesAtMs.get(i - 1))
                    .isGreaterThanOrEqualTo(BoardFixture.OBSERVER_TICK_MS - 2 * SLACK_MS);
        }
    }

    @Test
    void aFrameHoldsTheNewestPositionOfAllThatMovedSinceTheOneBefore() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher resting = fixture.joined("Cleo");
        fixture.move(resting, 7, 7);
        Watcher observer = observer(0);
        List<Cursors> frames = move(SECOND_MS, observer, ada, bob);
        // The first one goes along with the first move.
        assertThat(frames.subList(1, frames.size()))
                .allSatisfy(frame -> assertThat(frame.getSlotList()).containsExactlyInAnyOrder(ada.you, bob.you));
    }

    @Test
    void theLastPositionComesWithinAnInterval() {
        Watcher ada = fixture.joined("Ada");
        Watcher observer = observer(1);
        for (int round = 0; round < 20; round++) {
            move(200 + round * STEP_MS, observer, ada);
            fixture.move(ada, 1_000 + round, 0);
            pass(BoardFixture.TICK_MS + BoardFixture.OBSERVER_TICK_MS, observer);
            assertThat(observer.cursorOf("Ada").getX()).isEqualTo(1_000 + round);
            assertThat(pass(SECOND_MS, observer)).as("frames at rest").isEmpty();
        }
    }

    @Test
    void aPositionThatWaitsForTheFrameIsAsOldAsItIs() {
        Watcher ada = fixture.joined("Ada");
        Watcher observer = observer(1);
        fixture.move(ada, 1, 1);
        assertThat(pass(BoardFixture.TICK_MS, observer)).hasSize(1);
        long movedAtMs = fixture.nowMs();
        fixture.move(ada, 2, 2);
        List<Cursors> frames = pass(2 * BoardFixture.OBSERVER_TICK_MS, observer);
        assertThat(frames).hasSize(1);
        long waitedMs = framesAtMs.get(framesAtMs.size() - 1) - movedAtMs;
        assertThat(waitedMs).isGreaterThan(BoardFixture.TICK_MS);
        assertThat((long) frames.get(0).getAgeMs(0)).isBetween(waitedMs - STEP_MS, waitedMs);
    }

    @Test
    void aFrameIsEncodedOnceForAllObserversAndNoneWithoutObservers() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        move(SECOND_MS, bob, ada);
        assertThat(fixture.metrics.observerTicks.count()).isZero();
        Watcher observer = observer(0);
        observer(1);
        observer(1);
        List<Cursors> frames = move(SECOND_MS, observer, ada);
        assertThat(fixture.metrics.observerTicks.count()).isEqualTo(frames.size());
        fixture.watchers.stream()
                .filter(watcher -> watcher.seat.isObserver())
                .toList()
                .forEach(fixture::leave);
        move(SECOND_MS, bob, ada);
        assertThat(fixture.metrics.observerTicks.count()).isEqualTo(frames.size());
    }

    @Test
    void anObserverThatSkippedAFrameGetsAllOfItsTicks() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher observer = observer(1);
        fixture.move(bob, 1, 1);
        pass(BoardFixture.TICK_MS, observer);
        fixture.move(ada, 5, 5);
        pass(BoardFixture.TICK_MS, observer);
        assertThat(observer.cursors).as("it waits for the observers' frame").doesNotContainKey(ada.you);
        fixture.move(bob, 6, 6);
        observer.writable = false;
        pass(2 * BoardFixture.OBSERVER_TICK_MS, observer);
        assertThat(fixture.metrics.cursorFramesSkipped.count()).isEqualTo(1);
        observer.becomeWritable();
        fixture.run();
        assertThat(observer.cursorOf("Ada").getX()).isEqualTo(5);
        assertThat(observer.cursorOf("Bob").getX()).isEqualTo(6);
    }

    @Test
    void anObserverThatIsBehindWithTheRosterGetsTheTicksBeforeIt() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher observer = observer(1);
        fixture.move(bob, 1, 1);
        pass(BoardFixture.TICK_MS, observer);
        fixture.move(ada, 5, 5);
        pass(BoardFixture.TICK_MS, observer);
        fixture.move(bob, 6, 6);
        pass(BoardFixture.TICK_MS, observer);
        observer.writable = false;
        fixture.joined("Cleo");
        observer.becomeWritable();
        fixture.run();
        assertThat(observer.names()).contains("Cleo");
        assertThat(observer.cursorOf("Ada").getX()).isEqualTo(5);
        assertThat(observer.cursorOf("Bob").getX()).isEqualTo(6);
    }

    @Test
    void aFrameThatCannotBeAllocatedIsMadeUpFor() {
        try (BoardFixture scarce = new BoardFixture(2)) {
            Watcher ada = scarce.joined("Ada");
            Watcher observer = scarce.join(scarce.watcher("observer", 1), Map.of(), true);
            scarce.settle();
            scarce.scarcity().allow(0);
            scarce.move(ada, 5, 5);
            scarce.settle();
            assertThat(scarce.metrics.allocationFailures.count()).isPositive();
            scarce.scarcity().allow(Integer.MAX_VALUE);
            scarce.pass(1_100);
            scarce.settle();
            scarce.settle();
            assertThat(observer.cursorOf("Ada").getX()).isEqualTo(5);
            assertThat(scarce.scarcity().unreleased()).isZero();
        }
    }

    @Test
    void observersGetTheFramesOfMembersWhereTheirsWouldBeNoFewer() {
        TickPolicy policy = new TickPolicy(BoardFixture.TICK_MS, BoardFixture.TICK_MS);
        assertThat(ObserverTicker.isApart(0, policy)).isFalse();
        assertThat(ObserverTicker.isApart(BoardFixture.TICK_MS, policy)).isFalse();
        assertThat(ObserverTicker.isApart(BoardFixture.TICK_MS + 1, policy)).isTrue();
    }
}
