package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.proto.Change;
import presence.proto.ServerFrame;
import presence.proto.Signal;
import presence.roster.SegmentDelta;

/** Rosters that do not fit a frame. */
class LargeRosterTest {
    private final BoardFixture fixture = new BoardFixture();

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    /** Adds fifteen remote members of 4 KiB each: more than fit one frame. */
    private void crowd() {
        Member[] crowd = new Member[15];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        fixture.settle();
    }

    /** Joins a reader that has taken the first part and takes no other yet. */
    private Watcher reader() {
        Watcher bob = fixture.watcher("Bob", 0);
        bob.takes = 1;
        fixture.join(bob, Map.of(), false);
        fixture.settle();
        return bob;
    }

    @Test
    void aLargeRosterComesInPartsAsTheReaderTakesThem() {
        fixture.joined("Ada");
        crowd();
        Watcher bob = reader();
        int first = bob.members.size();
        assertThat(first).isBetween(1, 14);
        assertThat(bob.isComplete()).isFalse();
        bob.becomeWritable();
        fixture.settle();
        assertThat(bob.members).hasSize(17);
        assertThat(bob.isComplete()).isTrue();
        assertThat(bob.names()).contains("Ada", "Bob", "m1", "m15");
    }

    @Test
    void aReaderInTheMiddleOfItsRosterGetsOnlyChangesOfMembersItKnows() {
        Watcher ada = fixture.joined("Ada");
        crowd();
        Watcher bob = reader();
        bob.changes();
        // m15 has not been sent yet, m1 has.
        Member unknown = People.member(15, 15, "renamed15", Map.of("k", new byte[4_000]), 2);
        Member known = People.member(1, 1, "renamed1", Map.of("k", new byte[4_000]), 2);
        fixture.receive(feed -> feed.onDelta(
                People.THERE,
                1,
                2,
                new SegmentDelta(
                        List.of(unknown, known),
                        new LinkedHashMap<>(Map.of(People.id(14), LeaveReason.LEFT, People.id(2), LeaveReason.LEFT)))));
        MemberId bobsId = fixture.published
                .get(fixture.published.size() - 1)
                .upserted()
                .get(0)
                .id();
        fixture.receive(feed -> feed.onSignal(People.id(13), "to all, not received", new byte[0], List.of()));
        fixture.receive(feed -> feed.onSignal(People.id(13), "to Bob, not received", new byte[0], List.of(bobsId)));
        fixture.receive(feed -> feed.onSignal(People.id(1), "to Bob", new byte[0], List.of(bobsId)));
        fixture.move(ada, 5, 5);
        fixture.settle();
        assertThat(bob.changes()).as("nothing more before the reader takes it").isEmpty();
        assertThat(bob.ticks()).as("no cursors while slots are unknown").isEmpty();
        assertThat(bob.signals).as("dropped").isEmpty();
        assertThat(bob.isComplete()).as("there is more to come").isFalse();
        bob.becomeWritable();
        fixture.settle();
        assertThat(bob.names()).contains("renamed1", "renamed15").doesNotContain("m2", "m14", "m15");
        assertThat(bob.members).hasSize(15);
        assertThat(bob.isComplete()).isTrue();
        assertThat(bob.cursorOf("Ada").getX()).isEqualTo(5);
    }

    @Test
    void aReaderInTheMiddleOfItsRosterGetsOperatorsSignals() {
        fixture.joined("Ada");
        crowd();
        Watcher bob = reader();
        // The reader takes the signal and no frame after it.
        bob.writable = true;
        fixture.receive(feed -> feed.onSignal(null, "notice", new byte[0], List.of()));
        fixture.run();
        bob.writable = false;
        fixture.settle();
        assertThat(bob.signals).extracting(Signal::getType).containsExactly("notice");
        assertThat(bob.isComplete()).isFalse();
    }

    @Test
    void aReaderInTheMiddleOfItsRosterIsSeenToMove() {
        Watcher ada = fixture.joined("Ada");
        crowd();
        Watcher bob = reader();
        fixture.move(bob, 3, 4);
        fixture.settle();
        assertThat(ada.cursorOf("Bob")).isNotNull();
        Watcher cid = fixture.watcher("Cid", 0);
        cid.takes = 1;
        fixture.join(cid, Map.of(), false);
        fixture.settle();
        fixture.leave(cid);
        bob.becomeWritable();
        fixture.settle();
        ada.ticks();
        fixture.leave(bob);
        fixture.settle();
        fixture.move(ada, 1, 1);
        fixture.settle();
        assertThat(ada.ticks()).as("alone again").isEmpty();
    }

    @Test
    void onlyTheLastPartOfARosterSaysThatItIsComplete() {
        fixture.joined("Ada");
        crowd();
        Watcher bob = reader();
        assertThat(bob.take(ServerFrame.FrameCase.ROSTER).get(0).getRoster().getMore())
                .isTrue();
        fixture.joined("Cid");
        assertThat(bob.changes()).isEmpty();
        bob.becomeWritable();
        fixture.settle();
        List<Change> rest = bob.changes();
        assertThat(rest.subList(0, rest.size() - 1)).allMatch(Change::getMore);
        assertThat(rest.get(rest.size() - 1).getMore()).isFalse();
        assertThat(bob.names()).contains("Cid");
    }
}
