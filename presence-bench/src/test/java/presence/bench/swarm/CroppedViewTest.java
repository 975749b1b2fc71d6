package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.bench.client.Mover;

class CroppedViewTest {
    private static final int USERS = 600;
    private static final Crowd CROWD = new Crowd(0, 0, 0, 60, 1, 0, 3);
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(250);

    private final SwarmBoard board = SwarmBoard.spacious("swarm-1", USERS, CROWD);
    private final WindowWalk window = new WindowWalk(Space.of(USERS, 60), 11);
    private final Tally tally = new Tally(PATIENCE);
    private final CroppedView view = new CroppedView(board, tally, 4, window, PATIENCE);
    private long nowNanos = 1;

    CroppedViewTest() {
        tally.filtered = true;
        view.show(nowNanos);
    }

    private void pass(int ms) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private boolean isShown(int who, long number) {
        Mover mover = board.movers[who];
        return ShownArea.of(window, 0).contains(mover.xOf(number), mover.yOf(number));
    }

    /** Moves users, each once, until one is within the window, or outside of it and its margin. */
    private int someone(boolean within) {
        for (int who = 0; who < USERS; who++) {
            Mover mover = board.movers[who];
            if (mover.count() > 0) {
                continue;
            }
            long number = mover.next(nowNanos);
            boolean near = ShownArea.of(window, 4).contains(mover.xOf(number), mover.yOf(number));
            if (within ? isShown(who, number) : !near) {
                return who;
            }
        }
        throw new AssertionError("no such member");
    }

    private void see(int who, long number) {
        view.onFrame(nowNanos);
        view.onFrame(nowNanos);
        view.onPosition(who, board.movers[who].xOf(number), board.movers[who].yOf(number), nowNanos);
    }

    @Test
    void aPositionThatNoMoveLedToIsADifference() {
        int who = someone(true);
        view.onPosition(who, board.movers[who].xOf(1) + 8, board.movers[who].yOf(1), nowNanos);
        assertThat(tally.failures).isEqualTo(1);
        assertThat(tally.firstFailures.get(0)).startsWith("board swarm-1, client 4: user " + who + " was never at ");
    }

    @Test
    void whatIsShownIsSeenAndHasAnAge() {
        int who = someone(true);
        pass(20);
        see(who, 1);
        see(who, 1);
        assertThat(tally.failures).isZero();
        assertThat(tally.delivered).isEqualTo(1);
        assertThat(SwarmReport.ageMs(tally.ages, 50)).isBetween(19.0, 21.0);
        assertThat(view.isExact(who)).isTrue();
    }

    @Test
    void anOlderPositionThanBeforeIsADifference() {
        int who = someone(true);
        board.movers[who].next(nowNanos);
        see(who, 2);
        see(who, 1);
        assertThat(tally.firstFailures.get(0)).contains("went back from move 2 to 1");
    }

    @Test
    void aMemberInTheWindowThatWasNotSentIsNotExact() {
        int who = someone(true);
        assertThat(view.isExact(who)).isFalse();
        assertThat(view.isExact(someone(false))).isTrue();
        view.failInexact(who, 1);
        assertThat(tally.firstFailures.get(0)).contains("user " + who + " rests at move 1, ", "move 0 was seen last");
    }

    @Test
    void aPositionFromOutsideIsADifferenceOnALargeBoard() {
        int who = someone(false);
        see(who, 1);
        assertThat(tally.outside).isEqualTo(1);
        assertThat(tally.firstFailures.get(0)).contains("user " + who + " at ").contains(" is outside of ");
    }

    @Test
    void theLastPositionOfAMemberThatLeavesIsDue() {
        int who = someone(true);
        see(who, 1);
        Mover mover = board.movers[who];
        long number = 1;
        while (isShown(who, number)) {
            number = mover.next(nowNanos);
            see(who, isShown(who, number) ? number : number - 1);
        }
        assertThat(view.isExact(who)).as("it shows what is not there any more").isFalse();
        see(who, number);
        assertThat(view.isExact(who)).isTrue();
        assertThat(tally.failures).isZero();
    }

    @Test
    void aGapOfFramesMayEndWithAllThatMoved() {
        int who = someone(false);
        view.onFrame(nowNanos);
        pass(101);
        view.onFrame(nowNanos);
        view.onPosition(who, board.movers[who].xOf(1), board.movers[who].yOf(1), nowNanos);
        assertThat(tally.failures).isZero();
    }

    @Test
    void whatIsSentBeforeItIsToldThatTheFilterIsOnIsNoDifference() {
        tally.filtered = false;
        see(someone(false), 1);
        assertThat(tally.failures).isZero();
    }

    @Test
    void aMoveWithinTheWindowThatCameTooLateIsLost() {
        pass(1);
        int who = someone(true);
        Mover mover = board.movers[who];
        see(who, 1);
        long number = 1;
        for (int i = 0; i < 3; i++) {
            pass(100);
            number = mover.next(nowNanos);
            if (!isShown(who, number)) {
                return;
            }
        }
        pass(100);
        see(who, number);
        // Of 300, 200 and 100 ms ago.
        assertThat(tally.lost).isEqualTo(1);
        assertThat(tally.superseded).isEqualTo(1);
    }

    @Test
    void whatWasNotInTheAreaBeforeIsForgottenWhenTheWindowChanges() {
        tally.filtered = false;
        int who = someone(false);
        see(who, 1);
        int steps = 0;
        while (!isShown(who, 1) && steps++ < 20_000) {
            view.show(nowNanos);
        }
        assertThat(isShown(who, 1)).isTrue();
        assertThat(view.isExact(who)).as("a new window is to be filled").isFalse();
        see(who, 1);
        assertThat(view.isExact(who)).isTrue();
    }

    @Test
    void onSmallBoardsAllComeOnceASecond() {
        SwarmBoard small = SwarmBoard.spacious("swarm-2", 400, CROWD);
        WindowWalk walk = new WindowWalk(Space.of(400, 20), 11);
        CroppedView watching = new CroppedView(small, tally, 1, walk, PATIENCE);
        watching.show(nowNanos);
        pass(1_000);
        for (Mover mover : small.movers) {
            mover.next(nowNanos);
        }
        for (int round = 1; round <= 5; round++) {
            watching.onFrame(nowNanos);
            watching.onFrame(nowNanos);
            for (int who = 0; who < 400; who++) {
                watching.onPosition(who, small.movers[who].xOf(1), small.movers[who].yOf(1), nowNanos);
            }
            // Of the second that has passed, and two that may be late.
            assertThat(tally.failures).isEqualTo(Math.max(0, round - 3) * tally.outside / round);
        }
        assertThat(tally.outside).isPositive();
    }
}
