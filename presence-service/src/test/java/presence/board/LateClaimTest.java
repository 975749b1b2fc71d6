package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import presence.board.spi.BoardFeed;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.NodeId;
import presence.model.Origin;
import presence.proto.ServerFrame;
import presence.roster.SegmentDelta;

/**
 * A member moves from one remote node to another, and this node learns of the departure before the new owner's claim.
 */
@ParameterizedClass
@EnumSource
class LateClaimTest {
    /** How the departure is learnt, and how long the claim is awaited. */
    enum Departure {
        HEARD(2_000) {
            @Override
            void reach(BoardFeed feed) {
                feed.onDelta(
                        People.THERE, 1, 2, new SegmentDelta(List.of(), Map.of(People.id(1), LeaveReason.TAKEN_OVER)));
            }
        },
        NOT_IN_THE_SEGMENT(500) {
            @Override
            void reach(BoardFeed feed) {
                feed.onSegment(People.THERE, 2, List.of());
            }
        },
        SEGMENT_GONE(500) {
            @Override
            void reach(BoardFeed feed) {
                feed.onOwnerGone(People.THERE, LeaveReason.LEFT);
            }
        };

        final long waitMs;

        Departure(long waitMs) {
            this.waitMs = waitMs;
        }

        abstract void reach(BoardFeed feed);
    }

    private static final Origin ELSEWHERE = new Origin(new NodeId(new UUID(0, 3)), 0);

    @Parameter
    Departure departure;

    private final BoardFixture fixture = new BoardFixture();
    private Watcher ada;

    @BeforeEach
    void aMemberOfAnotherNodeIsTakenOver() {
        ada = fixture.joined("Ada");
        fixture.receive(feed -> feed.onDelta(
                People.THERE, 0, 1, new SegmentDelta(List.of(People.member(1, 9, "Bob", Map.of(), 1)), Map.of())));
        fixture.settle();
        fixture.receive(departure::reach);
        fixture.settle();
        ada.take(ServerFrame.FrameCase.CHANGE);
    }

    @AfterEach
    void nothingIsOutOfOrder() {
        fixture.assertInOrder();
        fixture.close();
    }

    @Test
    void theMemberStaysAndGoesOnWithTheNewOwner() {
        assertThat(ada.names()).containsExactlyInAnyOrder("Ada", "Bob");
        fixture.pass(departure.waitMs / 2);
        fixture.receive(feed -> feed.onSegment(ELSEWHERE, 1, List.of(People.member(1, 4, "Bob", Map.of(), 1 << 24))));
        fixture.settle();
        fixture.pass(10_000);
        fixture.settle();
        assertThat(ada.names()).containsExactlyInAnyOrder("Ada", "Bob");
        assertThat(ada.changes()).allMatch(change -> change.getLeftCount() + change.getJoinedCount() == 0);
        CursorColumns moved = new CursorColumns();
        moved.add(4, 5, 6, false, 0);
        fixture.receive(feed -> feed.onCursors(ELSEWHERE, 1, moved));
        fixture.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(5);
    }

    @Test
    void withoutAClaimTheMemberHasLeftAfterAWhile() {
        fixture.pass(departure.waitMs);
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada");
    }

    @Test
    void aLeaveAtTheNewOwnerIsALeave() {
        fixture.receive(feed -> feed.onSegment(ELSEWHERE, 1, List.of(People.member(1, 4, "Bob", Map.of(), 1 << 24))));
        fixture.receive(feed ->
                feed.onDelta(ELSEWHERE, 1, 2, new SegmentDelta(List.of(), Map.of(People.id(1), LeaveReason.LEFT))));
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada");
    }
}
