package presence.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.bench.client.CursorFrame;
import presence.bench.client.Mover;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.Left;
import presence.proto.Member;
import presence.proto.Profile;
import presence.proto.Roster;
import presence.proto.ServerFrame;

class BoardViewTest {
    private static final int SELF = 0;
    private static final int OTHER = 1;
    private static final int THIRD = 2;

    private final SwarmBoard board = new SwarmBoard("b", 3);
    private final Tally tally = new Tally(250_000_000);
    private final BoardView view = new BoardView(board, tally, true);

    private static Member member(int slot, int who) {
        return Member.newBuilder()
                .setSlot(slot)
                .setProfile(Profile.newBuilder().setUserId(Integer.toString(who)))
                .build();
    }

    private void everyUserJoins() {
        view.onRoster(Roster.newBuilder()
                .setYou(11)
                .addMembers(member(11, SELF))
                .addMembers(member(12, OTHER))
                .addMembers(member(40, THIRD))
                .build());
    }

    private long move(int who) {
        return board.movers[who].next(TimeUnit.MILLISECONDS.toNanos(1));
    }

    private void see(int slot, long number) {
        CursorFrame frame = new CursorFrame();
        frame.read(Unpooled.wrappedBuffer(ServerFrame.newBuilder()
                .setCursors(
                        Cursors.newBuilder().addSlot(slot).addX(Mover.x(number)).addY(Mover.y(number)))
                .build()
                .toByteArray()));
        view.onCursors(frame, TimeUnit.MILLISECONDS.toNanos(2));
    }

    @Test
    void isCompleteWithTheLastPartOfTheRoster() {
        view.onRoster(
                Roster.newBuilder().setMore(true).addMembers(member(1, SELF)).build());
        assertThat(view.isComplete()).isFalse();
        assertThat(view.errors()).isEqualTo(2);

        view.onChange(
                Change.newBuilder().setMore(true).addJoined(member(2, OTHER)).build());
        assertThat(view.isComplete()).isFalse();

        view.onChange(Change.newBuilder().addJoined(member(3, THIRD)).build());
        assertThat(view.isComplete()).isTrue();
        assertThat(view.errors()).isZero();
    }

    @Test
    void countsMissingMembersAndThoseThatAreThereTwice() {
        everyUserJoins();

        view.onChange(Change.newBuilder().addJoined(member(13, OTHER)).build());
        assertThat(view.errors()).as("a ghost").isEqualTo(1);

        view.onChange(Change.newBuilder().addLeft(Left.newBuilder().setSlot(12)).build());
        assertThat(view.errors()).isZero();

        view.onChange(Change.newBuilder().addLeft(Left.newBuilder().setSlot(13)).build());
        assertThat(view.errors()).as("missing").isEqualTo(1);
    }

    @Test
    void countsOthersPositionsOnceAndItsOwnNever() {
        everyUserJoins();
        long number = move(OTHER);

        see(12, number);
        see(12, number);
        see(11, move(SELF));
        see(99, number);

        assertThat(tally.delivered).isEqualTo(1);
        assertThat(tally.checked).isEqualTo(1);
    }

    @Test
    void missesUnseenMovesAtTheEnd() {
        everyUserJoins();
        see(12, move(OTHER));
        move(OTHER);
        move(SELF);
        move(THIRD);

        assertThat(view.missing()).as("only moves after the first one seen").isEqualTo(1);
    }

    @Test
    void doesNotMissMovesSentWhileAUserWasAway() {
        everyUserJoins();
        see(12, move(OTHER));
        move(OTHER);

        view.onChange(Change.newBuilder()
                .addLeft(Left.newBuilder().setSlot(12))
                .addJoined(member(13, OTHER))
                .build());

        assertThat(view.missing()).isZero();
    }

    @Test
    void countsOnlyIfItDoesNotCheck() {
        BoardView counting = new BoardView(board, tally, false);
        CursorFrame frame = new CursorFrame();
        frame.read(Unpooled.wrappedBuffer(ServerFrame.newBuilder()
                .setCursors(Cursors.newBuilder().addSlot(1).addSlot(300).addX(1).addX(2))
                .build()
                .toByteArray()));

        counting.onCursors(frame, 0);

        assertThat(tally.delivered).isEqualTo(2);
        assertThat(tally.checked).isZero();
    }

    @Test
    void strangersMayJoinButMustHaveLeftAtTheEnd() {
        everyUserJoins();
        Member stranger = Member.newBuilder()
                .setSlot(41)
                .setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + 7))
                .build();
        view.onChange(Change.newBuilder().addJoined(stranger).build());
        assertThat(view.errors()).isEqualTo(1);
        see(41, 1);
        assertThat(tally.delivered).as("no member of the swarm").isZero();
        view.onChange(Change.newBuilder().addLeft(Left.newBuilder().setSlot(41)).build());
        assertThat(view.errors()).isZero();
    }
}
