package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;

/** How many boards a node keeps, and which it drops for others. */
class LingeringBoardsTest {
    private static final int MAX = 40;
    private static final int MAY_LINGER = MAX / 4;

    private final BoardFixture fixture = BoardFixture.withBoards(MAX);

    private Seat join(String board) {
        return fixture.boards.join(
                new ClientEvent.Join(
                        ClientEvent.NO_REQUEST_ID,
                        new BoardId(board),
                        new Profile("", board, "", "", ""),
                        Status.ACTIVE,
                        Map.of(),
                        new byte[0],
                        false,
                        new byte[0],
                        0,
                        false),
                fixture.watcher(board, 0),
                Profile.EMPTY);
    }

    private void visit(String board) {
        Seat seat = join(board);
        assertThat(seat).as(board).isNotNull();
        seat.leave(LeaveReason.LEFT);
        fixture.settle();
    }

    private List<String> ids() {
        return fixture.boards.all().stream().map(board -> board.id().value()).toList();
    }

    @Test
    void boardsThatLingerAreAQuarterOfThoseANodeMayHaveAndTheOldestGoFirst() {
        for (int i = 0; i < 3 * MAX; i++) {
            visit("b" + i);
        }
        assertThat(fixture.metrics.boards.get()).isEqualTo(MAY_LINGER);
        assertThat(ids()).contains("b" + (3 * MAX - 1)).doesNotContain("b0", "b" + (3 * MAX - MAY_LINGER - 1));
        assertThat(fixture.links).contains("close b0");
        fixture.pass(BoardFixture.LINGER_MS);
        fixture.settle();
        assertThat(fixture.metrics.boards.get()).isZero();
    }

    @Test
    void aBoardsLastChangesArePublishedBeforeItIsDroppedEarly() {
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i <= MAY_LINGER; i++) {
            seats.add(join("b" + i));
        }
        fixture.settle();
        fixture.published.clear();
        seats.forEach(seat -> seat.leave(LeaveReason.LEFT));
        fixture.settle();
        assertThat(fixture.links).filteredOn(link -> link.startsWith("close")).hasSize(1);
        assertThat(fixture.published)
                .filteredOn(delta -> !delta.departed().isEmpty())
                .hasSize(MAY_LINGER + 1);
    }

    @Test
    void oneBoardMoreThanANodeMayHaveIsRefusedUntilOneIsEmpty() {
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < MAX; i++) {
            seats.add(join("b" + i));
        }
        fixture.settle();
        assertThat(seats).doesNotContainNull();
        assertThat(join("more")).isNull();
        assertThat(join("b3")).as("a board that is there").isNotNull();
        seats.get(0).leave(LeaveReason.LEFT);
        fixture.settle();
        // A lingering board takes the room; the attempt drops it.
        assertThat(join("more")).isNull();
        fixture.settle();
        assertThat(join("more")).isNotNull();
        assertThat(fixture.metrics.boards.get()).isEqualTo(MAX);
    }

    @Test
    void aBoardThatIsHeldAgainWhileItIsToBeDroppedStays() {
        for (int i = 0; i < MAY_LINGER; i++) {
            visit("b" + i);
        }
        Seat last = join("last");
        fixture.settle();
        last.leave(LeaveReason.LEFT);
        fixture.run();
        // b0 is about to be dropped.
        assertThat(join("b0")).isNotNull();
        fixture.settle();
        assertThat(ids()).contains("b0");
        assertThat(fixture.links).doesNotContain("close b0");
    }

    @Test
    void noTimerKeepsABoardInMemoryThatIsDroppedWhileAJoinWaited() {
        FakeCluster cluster = new FakeCluster();
        FakeCluster.Node node = cluster.newNode(new LateBus(cluster.newBus()), 0, 10);
        node.join("Ada").leave();
        cluster.pass(PendingJoins.PATIENCE_MS / 2);
        assertThat(node.metrics.boards.get()).isZero();
        assertThat(node.loop.runScheduledPendingTasks())
                .as("ms until the next timer")
                .isEqualTo(-1);
    }

    @Test
    void comingAndGoingAgainAndAgainKeepsOneTimer() {
        for (int i = 0; i < 50; i++) {
            visit("b");
        }
        fixture.pass(BoardFixture.LINGER_MS - 1_000);
        fixture.settle();
        assertThat(ids()).containsExactly("b");
        fixture.pass(BoardFixture.LINGER_MS);
        fixture.settle();
        assertThat(ids()).isEmpty();
    }
}
