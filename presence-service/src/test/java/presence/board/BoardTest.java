package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardFeed;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.Status;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.roster.Roster;
import presence.wire.ClientEvent;

class BoardTest {
    private final BoardFixture fixture = new BoardFixture();

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    private static CursorColumns positions(int... slotXY) {
        CursorColumns columns = new CursorColumns();
        for (int i = 0; i < slotXY.length; i += 3) {
            columns.add(slotXY[i], slotXY[i + 1], slotXY[i + 2], false, 0);
        }
        return columns;
    }

    // ---- joining and leaving ----

    @Test
    void aJoinerGetsTheRosterWithItselfAndNeverItsOwnJoined() {
        Watcher ada = fixture.joined("Ada");
        assertThat(ada.frames).hasSize(1);
        assertThat(ada.frames.get(0).getRoster().getBoard()).isEqualTo("board");
        assertThat(ada.frames.get(0).getRoster().getBoardRef()).isEqualTo(ada.seat.boardRef());
        assertThat(ada.names()).containsExactly("Ada");
        assertThat(ada.you).isEqualTo(ada.slotOf("Ada"));
        assertThat(ada.isComplete()).isTrue();
    }

    @Test
    void theOthersHearOfAJoinAndOfALeaveWithItsReason() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        assertThat(ada.names()).containsExactly("Ada", "Bob");
        assertThat(bob.names()).containsExactly("Ada", "Bob");
        ada.changes();
        int slot = ada.slotOf("Bob");
        bob.seat.leave(LeaveReason.TIMED_OUT);
        fixture.settle();
        Change change = ada.changes().get(0);
        assertThat(change.getLeft(0).getSlot()).isEqualTo(slot);
        assertThat(change.getLeft(0).getReason()).isEqualTo(presence.proto.LeaveReason.LEAVE_REASON_TIMED_OUT);
        assertThat(ada.names()).containsExactly("Ada");
    }

    @Test
    void aClientThatLeftGetsNothingMore() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.leave(bob);
        fixture.settle();
        bob.frames.clear();
        fixture.joined("Cid");
        fixture.move(ada, 1, 2);
        fixture.signal(ada, "wave");
        fixture.settle();
        assertThat(bob.frames).isEmpty();
    }

    @Test
    void aJoinAndLeaveWithinOneRosterTickIsInvisible() {
        Watcher ada = fixture.joined("Ada");
        // Opens a new roster tick: later changes are collected in it.
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        fixture.run();
        ada.frames.clear();
        fixture.published.clear();
        Watcher bob = fixture.join("Bob");
        fixture.run();
        fixture.leave(bob);
        fixture.settle();
        assertThat(ada.frames).isEmpty();
        assertThat(bob.frames).isEmpty();
        assertThat(fixture.published)
                .allSatisfy(delta -> assertThat(delta.upserted()).isEmpty());
    }

    @Test
    void joinsOfOneRosterTickAreOneChange() {
        Watcher ada = fixture.joined("Ada");
        fixture.join("Zoe");
        fixture.run();
        ada.changes();
        fixture.join("Bob");
        fixture.join("Cid");
        fixture.run();
        assertThat(ada.changes()).as("gathers").isEmpty();
        fixture.pass(BoardFixture.ROSTER_TICK_MS);
        fixture.run();
        List<Change> changes = ada.changes();
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).getJoinedCount()).isEqualTo(2);
    }

    @Test
    void aSecondLeaveDoesNothing() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        bob.seat.leave(LeaveReason.LEFT);
        bob.seat.leave(LeaveReason.TIMED_OUT);
        bob.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        fixture.signal(bob, "wave");
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada");
        assertThat(ada.signals).isEmpty();
        assertThat(fixture.metrics.localMembers).hasValue(1);
    }

    @Test
    void aFreedSlotRestsBeforeItIsReused() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        int slot = bob.you;
        fixture.leave(bob);
        fixture.settle();
        Watcher cid = fixture.joined("Cid");
        assertThat(cid.you).isNotIn(slot, ada.you);
        fixture.pass(BoardFixture.REST_MS);
        Watcher dan = fixture.joined("Dan");
        assertThat(dan.you).isEqualTo(slot);
    }

    @Test
    void theSlotOfAMemberThatWasNeverShownRestsToo() {
        Watcher ada = fixture.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        fixture.run();
        Watcher bob = fixture.join("Bob");
        fixture.leave(bob);
        fixture.settle();
        assertThat(fixture.joined("Cid").you).isEqualTo(3);
        fixture.pass(BoardFixture.REST_MS);
        assertThat(fixture.joined("Dan").you).isEqualTo(2);
    }

    @Test
    void aFullBoardRefusesOneMore() {
        BoardFixture small = new BoardFixture(1, 2);
        small.joined("Ada");
        small.join(small.watcher("watching", 0), Map.of(), true);
        small.settle();
        Watcher cid = small.joined("Cid");
        assertThat(cid.lost).isSameAs(cid.seat);
        assertThat(cid.errors()).hasSize(1);
        assertThat(cid.errors().get(0).getCode()).isEqualTo("board_full");
        assertThat(cid.errors().get(0).getInReplyTo()).isEqualTo(7);
        assertThat(cid.errors().get(0).getRetryAfterMs()).isPositive();
        assertThat(small.watchers.get(0).names()).containsExactly("Ada");
        small.leave(small.watchers.get(0));
        small.settle();
        assertThat(small.joined("Dan").names()).containsExactly("Dan");
    }

    // ---- state ----

    @Test
    void aPatchIsTheDifferenceAndCountsUp() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.join(fixture.watcher("Bob", 0), Map.of("a", new byte[1], "b", new byte[1]), false);
        fixture.settle();
        ada.changes();
        bob.seat.patch(new ClientEvent.StatePatch(
                ClientEvent.NO_REQUEST_ID, 0, Map.of("c", new byte[] {3}), List.of("a"), null, Status.AWAY));
        fixture.settle();
        List<Change> changes = ada.changes();
        assertThat(changes).hasSize(1);
        var update = changes.get(0).getUpdated(0);
        assertThat(update.getSlot()).isEqualTo(bob.you);
        assertThat(update.getSetMap()).containsOnlyKeys("c");
        assertThat(update.getUnsetList()).containsExactly("a");
        assertThat(update.hasProfile()).isFalse();
        assertThat(update.getStatus()).isEqualTo(presence.proto.Status.STATUS_AWAY);
        assertThat(update.getVersion()).isEqualTo(2);
        assertThat(ada.members.get(bob.you).getStateMap()).containsOnlyKeys("b", "c");
    }

    @Test
    void aPatchThatChangesNothingIsNoNews() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.join(fixture.watcher("Bob", 0), Map.of("a", new byte[1]), false);
        fixture.settle();
        ada.frames.clear();
        fixture.published.clear();
        bob.seat.patch(People.patch(Map.of("a", new byte[1]), Status.ACTIVE));
        fixture.settle();
        assertThat(ada.frames).isEmpty();
        assertThat(fixture.published).isEmpty();
    }

    @Test
    void aPatchThatMakesTheStateTooLargeIsRefusedAndChangesNothing() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        bob.seat.patch(People.patch(Map.of("a", new byte[3_000]), null));
        fixture.settle();
        ada.frames.clear();
        bob.seat.patch(People.patch(Map.of("b", new byte[3_000]), Status.AWAY));
        fixture.settle();
        assertThat(bob.errors()).hasSize(1);
        assertThat(bob.errors().get(0).getCode()).isEqualTo("state_too_large");
        assertThat(bob.errors().get(0).getInReplyTo()).isEqualTo(9);
        assertThat(bob.errors().get(0).getBoardRef()).isEqualTo(bob.seat.boardRef());
        assertThat(ada.frames).isEmpty();
    }

    // ---- cursors ----

    @Test
    void theFirstMoveAfterQuietGoesOutAtOnceAndThoseBehindItGather() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.move(ada, 1, 2);
        fixture.run();
        assertThat(bob.cursorOf("Ada").getX()).isEqualTo(1);
        bob.ticks();
        fixture.pass(5);
        fixture.move(ada, 3, 4);
        fixture.run();
        fixture.move(ada, 5, 6);
        fixture.run();
        assertThat(bob.ticks()).isEmpty();
        // The nearest point of the grid may be half a step before or behind.
        fixture.pass(BoardFixture.TICK_MS + 1);
        fixture.run();
        List<Cursors> ticks = bob.ticks();
        assertThat(ticks).hasSize(1);
        assertThat(ticks.get(0).getXList()).containsExactly(5);
        assertThat(ticks.get(0).getYList()).containsExactly(6);
        assertThat(ticks.get(0).getAgeMs(0)).isBetween((int) BoardFixture.TICK_MS - 11, (int) BoardFixture.TICK_MS + 1);
    }

    @Test
    void aTickIsOneFrameForAll() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher cid = fixture.joined("Cid");
        fixture.move(ada, 1, 1);
        fixture.move(bob, 2, 2);
        fixture.settle();
        List<Cursors> ticks = cid.ticks();
        assertThat(ticks).hasSize(1);
        assertThat(ticks.get(0).getBoardRef()).isEqualTo(cid.seat.boardRef());
        assertThat(ticks.get(0).getSlotList()).containsExactlyInAnyOrder(ada.you, bob.you);
        assertThat(ada.ticks()).isEqualTo(ticks);
    }

    @Test
    void aLoneMoverGetsNoFrame() {
        Watcher ada = fixture.joined("Ada");
        fixture.move(ada, 1, 2);
        fixture.settle();
        assertThat(ada.ticks()).isEmpty();
        assertThat(fixture.publishedCursors).as("other nodes may watch").hasSize(1);
        Watcher bob = fixture.joined("Bob");
        assertThat(bob.cursorOf("Ada").getX()).as("known to later joiners").isEqualTo(1);
    }

    @Test
    void theOnlyOneThatMovedGetsNoFrameAndTheOthersDo() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.move(ada, 1, 2);
        fixture.settle();
        assertThat(ada.ticks()).isEmpty();
        assertThat(bob.cursorOf("Ada").getX()).isEqualTo(1);
        fixture.move(ada, 3, 4);
        fixture.move(bob, 5, 6);
        fixture.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(5);
        assertThat(bob.cursorOf("Ada").getX()).isEqualTo(3);
    }

    @Test
    void readsMayWaitOnceSeveralMoveAndNeverForALoneMover() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        for (int i = 0; i < 10; i++) {
            fixture.move(ada, i, i);
            fixture.pass(BoardFixture.TICK_MS + 1);
            fixture.run();
        }
        assertThat(bob.mayWaitMs).isZero();
        for (int i = 0; i < 10; i++) {
            fixture.move(ada, i, i);
            fixture.move(bob, i, i);
            fixture.pass(BoardFixture.TICK_MS + 1);
            fixture.run();
        }
        assertThat(ada.mayWaitMs).isPositive();
        assertThat(bob.mayWaitMs).isPositive();
    }

    @Test
    void aSingleWatcherSeesWhatMovesElsewhere() {
        Watcher ada = fixture.joined("Ada");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        fixture.settle();
        fixture.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 3, 4)));
        fixture.settle();
        assertThat(ada.cursorOf("m1").getY()).isEqualTo(4);
        assertThat(fixture.publishedCursors).as("not ours to publish").isEmpty();
    }

    @Test
    void aMoveBeforeTheJoinIsShownIsNotLostAndNotTooEarly() {
        Watcher ada = fixture.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        fixture.run();
        Watcher bob = fixture.join("Bob");
        fixture.move(bob, 7, 8);
        fixture.run();
        assertThat(ada.ticks()).isEmpty();
        fixture.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(7);
    }

    @Test
    void aSlowReaderIsSkippedAndGetsTheNewestOfEachWhenItCanReadAgain() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher slow = fixture.joined("Slow");
        fixture.move(bob, 1, 1);
        fixture.settle();
        slow.ticks();
        slow.writable = false;
        for (int i = 10; i < 20; i++) {
            fixture.move(ada, i, -i);
            fixture.settle();
        }
        assertThat(slow.ticks()).isEmpty();
        assertThat(bob.ticks()).hasSize(10);
        assertThat(fixture.metrics.cursorFramesSkipped.count()).isEqualTo(10);
        slow.becomeWritable();
        fixture.settle();
        List<Cursors> caughtUp = slow.ticks();
        assertThat(caughtUp).hasSize(1);
        assertThat(caughtUp.get(0).getSlotList())
                .as("Bob did not move meanwhile")
                .containsExactly(ada.you);
        assertThat(caughtUp.get(0).getXList()).containsExactly(19);
        fixture.move(ada, 99, 99);
        fixture.settle();
        assertThat(slow.ticks()).hasSize(1);
    }

    @Test
    void aReaderThatIsSlowAgainWhenItsCatchUpComesStaysBehindAndLosesNothing() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        fixture.move(ada, 1, 1);
        fixture.settle();
        slow.becomeWritable();
        slow.writable = false;
        fixture.settle();
        assertThat(slow.ticks()).isEmpty();
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.cursorOf("Ada").getX()).isEqualTo(1);
    }

    @Test
    void aHelloIsAnsweredWithAllLocalPositions() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        fixture.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 3, 4)));
        fixture.move(ada, 1, 2);
        fixture.move(bob, 3, 4);
        fixture.settle();
        fixture.publishedCursors.clear();
        fixture.receive(BoardFeed::onHello);
        fixture.settle();
        assertThat(fixture.publishedCursors).hasSize(1);
        CursorColumns all = fixture.publishedCursors.get(0);
        assertThat(List.of(all.slot(0), all.slot(1))).containsExactlyInAnyOrder(ada.you, bob.you);
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.ageMs(0)).isGreaterThan(100);
    }

    // ---- observers ----

    @Test
    void anObserverSeesAllAndIsNotListed() {
        Watcher ada = fixture.joined("Ada");
        Watcher observer = fixture.observe("watching");
        fixture.settle();
        assertThat(observer.you).isZero();
        assertThat(observer.names()).containsExactly("Ada");
        assertThat(observer.frames.get(0).getRoster().getResumeKey().isEmpty()).isTrue();
        assertThat(ada.names()).containsExactly("Ada");
        fixture.move(ada, 1, 2);
        fixture.settle();
        assertThat(observer.cursorOf("Ada").getX()).isEqualTo(1);
        fixture.leave(observer);
        fixture.settle();
        assertThat(ada.changes()).isEmpty();
        assertThat(fixture.published)
                .allSatisfy(delta -> assertThat(delta.upserted())
                        .extracting(member -> member.profile().name())
                        .containsOnly("Ada"));
    }

    // ---- other nodes ----

    @Test
    void remoteMembersAreShownUnderLocalSlots() {
        Watcher ada = fixture.joined("Ada");
        fixture.receive(feed ->
                feed.onDelta(People.THERE, 0, 4, People.upsert(People.member(1, ada.you), People.member(2, 40))));
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada", "m1", "m2");
        assertThat(ada.slotOf("m1")).isNotEqualTo(ada.you);
        fixture.receive(feed -> feed.onSegment(People.THERE, 9, List.of(People.member(2, 40), People.member(3, 41))));
        fixture.settle();
        assertThat(ada.names()).as("m1 may have moved").containsExactly("Ada", "m1", "m2", "m3");
        fixture.pass(500);
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada", "m2", "m3");
        fixture.receive(feed -> feed.onNodeGone(People.THERE.node()));
        fixture.settle();
        assertThat(ada.names()).containsExactly("Ada");
    }

    @Test
    void aGapIsReportedToTheBus() {
        fixture.joined("Ada");
        List<Roster.Verdict> verdicts = new ArrayList<>();
        fixture.receive(feed -> verdicts.add(feed.onDelta(People.THERE, 3, 4, People.upsert(People.member(1, 9)))));
        fixture.settle();
        assertThat(verdicts).containsExactly(Roster.Verdict.GAP);
    }

    @Test
    void aTakeOverByAnotherNodeKeepsTheSlotAndMovesOn() {
        Watcher ada = fixture.joined("Ada");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        fixture.settle();
        int slot = ada.slotOf("m1");
        presence.model.Origin third = new presence.model.Origin(presence.model.NodeId.random(), 0);
        fixture.receive(feed -> feed.onDelta(third, 0, 1, People.upsert(People.member(1, 70, "moved", Map.of(), 2))));
        fixture.settle();
        ada.changes();
        fixture.receive(feed -> feed.onCursors(third, 1, positions(70, 5, 6)));
        fixture.receive(feed -> feed.onCursors(People.THERE, 2, positions(9, 1, 1)));
        fixture.settle();
        assertThat(ada.slotOf("moved")).isEqualTo(slot);
        assertThat(ada.cursorOf("moved").getX()).isEqualTo(5);
    }

    @Test
    void anOwnerThatIsGoneAndBackWithinARosterTickStillMovesItsMembers() {
        Watcher ada = fixture.joined("Ada");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        fixture.settle();
        ada.frames.clear();
        // Redis lost the segment, and its owner wrote it again at once.
        fixture.receive(feed -> feed.onOwnerGone(People.THERE, LeaveReason.NODE_LOST));
        fixture.receive(feed -> feed.onSegment(People.THERE, 2, List.of(People.member(1, 9))));
        fixture.settle();
        assertThat(ada.frames).as("nothing changed").isEmpty();
        fixture.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 5, 6)));
        fixture.settle();
        assertThat(ada.cursorOf("m1")).isNotNull();
        assertThat(ada.cursorOf("m1").getX()).isEqualTo(5);
    }

    @Test
    void localChangesArePublishedOncePerRosterTick() {
        Watcher ada = fixture.joined("Ada");
        fixture.published.clear();
        ada.seat.patch(People.patch(Map.of("a", new byte[1]), null));
        fixture.run();
        fixture.published.clear();
        ada.seat.patch(People.patch(Map.of("b", new byte[1]), null));
        ada.seat.patch(People.patch(Map.of("c", new byte[1]), null));
        fixture.settle();
        assertThat(fixture.published).hasSize(1);
        Member latest = fixture.published.get(0).upserted().get(0);
        assertThat(latest.state().values()).containsOnlyKeys("a", "b", "c");
        assertThat(latest.version()).isEqualTo(4);
    }

    // ---- the board itself ----

    @Test
    void anEmptyBoardLingersAndIsThenGivenUp() {
        Watcher ada = fixture.joined("Ada");
        assertThat(fixture.links).containsExactly("follow board");
        int ref = ada.seat.boardRef();
        fixture.leave(ada);
        fixture.settle();
        assertThat(fixture.published.get(fixture.published.size() - 1).departed())
                .hasSize(1);
        fixture.pass(BoardFixture.LINGER_MS - 1_000);
        fixture.run();
        assertThat(fixture.links).containsExactly("follow board");
        Watcher bob = fixture.joined("Bob");
        assertThat(bob.seat.boardRef()).isEqualTo(ref);
        fixture.pass(BoardFixture.LINGER_MS);
        fixture.run();
        assertThat(fixture.links).as("joined again in time").containsExactly("follow board");
        fixture.leave(bob);
        fixture.settle();
        fixture.pass(BoardFixture.LINGER_MS);
        fixture.settle();
        assertThat(fixture.links).containsExactly("follow board", "close board");
        assertThat(fixture.metrics.boards).hasValue(0);
        assertThat(fixture.joined("Cid").seat.boardRef()).as("the ref rests").isNotEqualTo(ref);
    }

    @Test
    void aBoardLingersFromItsLastLeaveAndNotFromTheFirst() {
        Watcher ada = fixture.joined("Ada");
        fixture.leave(ada);
        fixture.settle();
        fixture.pass(BoardFixture.LINGER_MS - 1_000);
        Watcher bob = fixture.joined("Bob");
        fixture.leave(bob);
        fixture.settle();
        fixture.pass(2_000);
        fixture.run();
        assertThat(fixture.links).containsExactly("follow board");
        fixture.pass(BoardFixture.LINGER_MS);
        fixture.run();
        assertThat(fixture.links).containsExactly("follow board", "close board");
    }
}
