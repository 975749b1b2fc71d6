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
    private final BoardFixture stage = new BoardFixture();

    @AfterEach
    void nothingWasLostOrLeaked() {
        stage.assertInOrder();
        stage.close();
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
        Watcher ada = stage.joined("Ada");
        assertThat(ada.frames).hasSize(1);
        assertThat(ada.frames.get(0).getRoster().getBoard()).isEqualTo("board");
        assertThat(ada.frames.get(0).getRoster().getBoardRef()).isEqualTo(ada.seat.boardRef());
        assertThat(ada.names()).containsExactly("Ada");
        assertThat(ada.you).isEqualTo(ada.slotOf("Ada"));
        assertThat(ada.complete).isTrue();
    }

    @Test
    void theOthersHearOfAJoinAndOfALeaveWithItsReason() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        assertThat(ada.names()).containsExactly("Ada", "Bob");
        assertThat(bob.names()).containsExactly("Ada", "Bob");
        ada.changes();
        int slot = ada.slotOf("Bob");
        bob.seat.leave(LeaveReason.TIMED_OUT);
        stage.settle();
        Change change = ada.changes().get(0);
        assertThat(change.getLeft(0).getSlot()).isEqualTo(slot);
        assertThat(change.getLeft(0).getReason()).isEqualTo(presence.proto.LeaveReason.LEAVE_REASON_TIMED_OUT);
        assertThat(ada.names()).containsExactly("Ada");
    }

    @Test
    void aClientThatLeftGetsNothingMore() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.leave(bob);
        stage.settle();
        bob.frames.clear();
        stage.joined("Cid");
        stage.move(ada, 1, 2);
        stage.signal(ada, "wave");
        stage.settle();
        assertThat(bob.frames).isEmpty();
    }

    @Test
    void aJoinAndLeaveWithinOneRosterTickIsInvisible() {
        Watcher ada = stage.joined("Ada");
        // Opens a new roster tick: later changes are collected in it.
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        stage.run();
        ada.frames.clear();
        stage.published.clear();
        Watcher bob = stage.join("Bob");
        stage.run();
        stage.leave(bob);
        stage.settle();
        assertThat(ada.frames).isEmpty();
        assertThat(bob.frames).isEmpty();
        assertThat(stage.published)
                .allSatisfy(delta -> assertThat(delta.upserted()).isEmpty());
    }

    @Test
    void joinsOfOneRosterTickAreOneChange() {
        Watcher ada = stage.joined("Ada");
        stage.join("Zoe");
        stage.run();
        ada.changes();
        stage.join("Bob");
        stage.join("Cid");
        stage.run();
        assertThat(ada.changes()).as("gathers").isEmpty();
        stage.pass(BoardFixture.ROSTER_TICK_MS);
        stage.run();
        List<Change> changes = ada.changes();
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).getJoinedCount()).isEqualTo(2);
    }

    @Test
    void aSecondLeaveDoesNothing() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        bob.seat.leave(LeaveReason.LEFT);
        bob.seat.leave(LeaveReason.TIMED_OUT);
        bob.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        stage.signal(bob, "wave");
        stage.settle();
        assertThat(ada.names()).containsExactly("Ada");
        assertThat(ada.signals).isEmpty();
        assertThat(stage.metrics.localMembers).hasValue(1);
    }

    @Test
    void aFreedSlotRestsBeforeItIsReused() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        int slot = bob.you;
        stage.leave(bob);
        stage.settle();
        Watcher cid = stage.joined("Cid");
        assertThat(cid.you).isNotIn(slot, ada.you);
        stage.pass(BoardFixture.REST_MS);
        Watcher dan = stage.joined("Dan");
        assertThat(dan.you).isEqualTo(slot);
    }

    @Test
    void theSlotOfAMemberThatWasNeverShownRestsToo() {
        Watcher ada = stage.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        stage.run();
        Watcher bob = stage.join("Bob");
        stage.leave(bob);
        stage.settle();
        assertThat(stage.joined("Cid").you).isEqualTo(3);
        stage.pass(BoardFixture.REST_MS);
        assertThat(stage.joined("Dan").you).isEqualTo(2);
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
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.join(stage.watcher("Bob", 0), Map.of("a", new byte[1], "b", new byte[1]), false);
        stage.settle();
        ada.changes();
        bob.seat.patch(new ClientEvent.StatePatch(
                ClientEvent.NO_REQUEST_ID, 0, Map.of("c", new byte[] {3}), List.of("a"), null, Status.AWAY));
        stage.settle();
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
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.join(stage.watcher("Bob", 0), Map.of("a", new byte[1]), false);
        stage.settle();
        ada.frames.clear();
        stage.published.clear();
        bob.seat.patch(People.patch(Map.of("a", new byte[1]), Status.ACTIVE));
        stage.settle();
        assertThat(ada.frames).isEmpty();
        assertThat(stage.published).isEmpty();
    }

    @Test
    void aPatchThatMakesTheStateTooLargeIsRefusedAndChangesNothing() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        bob.seat.patch(People.patch(Map.of("a", new byte[3_000]), null));
        stage.settle();
        ada.frames.clear();
        bob.seat.patch(People.patch(Map.of("b", new byte[3_000]), Status.AWAY));
        stage.settle();
        assertThat(bob.errors()).hasSize(1);
        assertThat(bob.errors().get(0).getCode()).isEqualTo("state_too_large");
        assertThat(bob.errors().get(0).getInReplyTo()).isEqualTo(9);
        assertThat(bob.errors().get(0).getBoardRef()).isEqualTo(bob.seat.boardRef());
        assertThat(ada.frames).isEmpty();
    }

    // ---- cursors ----

    @Test
    void theFirstMoveAfterQuietGoesOutAtOnceAndThoseBehindItGather() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.move(ada, 1, 2);
        stage.run();
        assertThat(bob.cursorOf("Ada").getX()).isEqualTo(1);
        bob.ticks();
        stage.pass(5);
        stage.move(ada, 3, 4);
        stage.run();
        stage.move(ada, 5, 6);
        stage.run();
        assertThat(bob.ticks()).isEmpty();
        // The nearest point of the grid may be half a step before or behind.
        stage.pass(BoardFixture.TICK_MS + 1);
        stage.run();
        List<Cursors> ticks = bob.ticks();
        assertThat(ticks).hasSize(1);
        assertThat(ticks.get(0).getXList()).containsExactly(5);
        assertThat(ticks.get(0).getYList()).containsExactly(6);
        assertThat(ticks.get(0).getAgeMs(0)).isBetween((int) BoardFixture.TICK_MS - 11, (int) BoardFixture.TICK_MS + 1);
    }

    @Test
    void aTickIsOneFrameForAll() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        Watcher cid = stage.joined("Cid");
        stage.move(ada, 1, 1);
        stage.move(bob, 2, 2);
        stage.settle();
        List<Cursors> ticks = cid.ticks();
        assertThat(ticks).hasSize(1);
        assertThat(ticks.get(0).getBoardRef()).isEqualTo(cid.seat.boardRef());
        assertThat(ticks.get(0).getSlotList()).containsExactlyInAnyOrder(ada.you, bob.you);
        assertThat(ada.ticks()).isEqualTo(ticks);
    }

    @Test
    void aLoneMoverGetsNoFrame() {
        Watcher ada = stage.joined("Ada");
        stage.move(ada, 1, 2);
        stage.settle();
        assertThat(ada.ticks()).isEmpty();
        assertThat(stage.publishedCursors).as("other nodes may watch").hasSize(1);
        Watcher bob = stage.joined("Bob");
        assertThat(bob.cursorOf("Ada").getX()).as("known to later joiners").isEqualTo(1);
    }

    @Test
    void aSingleWatcherSeesWhatMovesElsewhere() {
        Watcher ada = stage.joined("Ada");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        stage.settle();
        stage.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 3, 4)));
        stage.settle();
        assertThat(ada.cursorOf("m1").getY()).isEqualTo(4);
        assertThat(stage.publishedCursors).as("not ours to publish").isEmpty();
    }

    @Test
    void aMoveBeforeTheJoinIsShownIsNotLostAndNotTooEarly() {
        Watcher ada = stage.joined("Ada");
        ada.seat.patch(People.patch(Map.of("k", new byte[1]), null));
        stage.run();
        Watcher bob = stage.join("Bob");
        stage.move(bob, 7, 8);
        stage.run();
        assertThat(ada.ticks()).isEmpty();
        stage.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(7);
    }

    @Test
    void aSlowReaderIsSkippedAndGetsTheNewestOfEachWhenItCanReadAgain() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        Watcher slow = stage.joined("Slow");
        stage.move(bob, 1, 1);
        stage.settle();
        slow.ticks();
        slow.writable = false;
        for (int i = 10; i < 20; i++) {
            stage.move(ada, i, -i);
            stage.settle();
        }
        assertThat(slow.ticks()).isEmpty();
        assertThat(ada.ticks()).hasSize(11);
        assertThat(stage.metrics.cursorFramesSkipped.count()).isEqualTo(10);
        slow.becomeWritable();
        stage.settle();
        List<Cursors> caughtUp = slow.ticks();
        assertThat(caughtUp).hasSize(1);
        assertThat(caughtUp.get(0).getSlotList())
                .as("Bob did not move meanwhile")
                .containsExactly(ada.you);
        assertThat(caughtUp.get(0).getXList()).containsExactly(19);
        stage.move(ada, 99, 99);
        stage.settle();
        assertThat(slow.ticks()).hasSize(1);
    }

    @Test
    void aReaderThatIsSlowAgainWhenItsCatchUpComesStaysBehindAndLosesNothing() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        stage.move(ada, 1, 1);
        stage.settle();
        slow.becomeWritable();
        slow.writable = false;
        stage.settle();
        assertThat(slow.ticks()).isEmpty();
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.cursorOf("Ada").getX()).isEqualTo(1);
    }

    @Test
    void aHelloIsAnsweredWithAllLocalPositions() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        stage.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 3, 4)));
        stage.move(ada, 1, 2);
        stage.move(bob, 3, 4);
        stage.settle();
        stage.publishedCursors.clear();
        stage.receive(BoardFeed::onHello);
        stage.settle();
        assertThat(stage.publishedCursors).hasSize(1);
        CursorColumns all = stage.publishedCursors.get(0);
        assertThat(List.of(all.slot(0), all.slot(1))).containsExactlyInAnyOrder(ada.you, bob.you);
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.ageMs(0)).isGreaterThan(100);
    }

    // ---- observers ----

    @Test
    void anObserverSeesAllAndIsNotListed() {
        Watcher ada = stage.joined("Ada");
        Watcher observer = stage.observe("watching");
        stage.settle();
        assertThat(observer.you).isZero();
        assertThat(observer.names()).containsExactly("Ada");
        assertThat(observer.frames.get(0).getRoster().getResumeKey().isEmpty()).isTrue();
        assertThat(ada.names()).containsExactly("Ada");
        stage.move(ada, 1, 2);
        stage.settle();
        assertThat(observer.cursorOf("Ada").getX()).isEqualTo(1);
        stage.leave(observer);
        stage.settle();
        assertThat(ada.changes()).isEmpty();
        assertThat(stage.published)
                .allSatisfy(delta -> assertThat(delta.upserted())
                        .extracting(member -> member.profile().name())
                        .containsOnly("Ada"));
    }

    // ---- other nodes ----

    @Test
    void remoteMembersAreShownUnderLocalSlots() {
        Watcher ada = stage.joined("Ada");
        stage.receive(feed ->
                feed.onDelta(People.THERE, 0, 4, People.upsert(People.member(1, ada.you), People.member(2, 40))));
        stage.settle();
        assertThat(ada.names()).containsExactly("Ada", "m1", "m2");
        assertThat(ada.slotOf("m1")).isNotEqualTo(ada.you);
        stage.receive(feed -> feed.onSegment(People.THERE, 9, List.of(People.member(2, 40), People.member(3, 41))));
        stage.settle();
        assertThat(ada.names()).as("m1 may have moved").containsExactly("Ada", "m1", "m2", "m3");
        stage.pass(500);
        stage.settle();
        assertThat(ada.names()).containsExactly("Ada", "m2", "m3");
        stage.receive(feed -> feed.onNodeGone(People.THERE.node()));
        stage.settle();
        assertThat(ada.names()).containsExactly("Ada");
    }

    @Test
    void aGapIsReportedToTheBus() {
        stage.joined("Ada");
        List<Roster.Verdict> verdicts = new ArrayList<>();
        stage.receive(feed -> verdicts.add(feed.onDelta(People.THERE, 3, 4, People.upsert(People.member(1, 9)))));
        stage.settle();
        assertThat(verdicts).containsExactly(Roster.Verdict.GAP);
    }

    @Test
    void aTakeOverByAnotherNodeKeepsTheSlotAndMovesOn() {
        Watcher ada = stage.joined("Ada");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        stage.settle();
        int slot = ada.slotOf("m1");
        presence.model.Origin third = new presence.model.Origin(presence.model.NodeId.random(), 0);
        stage.receive(feed -> feed.onDelta(third, 0, 1, People.upsert(People.member(1, 70, "moved", Map.of(), 2))));
        stage.settle();
        ada.changes();
        stage.receive(feed -> feed.onCursors(third, 1, positions(70, 5, 6)));
        stage.receive(feed -> feed.onCursors(People.THERE, 2, positions(9, 1, 1)));
        stage.settle();
        assertThat(ada.slotOf("moved")).isEqualTo(slot);
        assertThat(ada.cursorOf("moved").getX()).isEqualTo(5);
    }

    @Test
    void anOwnerThatIsGoneAndBackWithinARosterTickStillMovesItsMembers() {
        Watcher ada = stage.joined("Ada");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 9))));
        stage.settle();
        ada.frames.clear();
        // Redis lost the segment, and its owner wrote it again at once.
        stage.receive(feed -> feed.onOwnerGone(People.THERE, LeaveReason.NODE_LOST));
        stage.receive(feed -> feed.onSegment(People.THERE, 2, List.of(People.member(1, 9))));
        stage.settle();
        assertThat(ada.frames).as("nothing changed").isEmpty();
        stage.receive(feed -> feed.onCursors(People.THERE, 1, positions(9, 5, 6)));
        stage.settle();
        assertThat(ada.cursorOf("m1")).isNotNull();
        assertThat(ada.cursorOf("m1").getX()).isEqualTo(5);
    }

    @Test
    void localChangesArePublishedOncePerRosterTick() {
        Watcher ada = stage.joined("Ada");
        stage.published.clear();
        ada.seat.patch(People.patch(Map.of("a", new byte[1]), null));
        stage.run();
        stage.published.clear();
        ada.seat.patch(People.patch(Map.of("b", new byte[1]), null));
        ada.seat.patch(People.patch(Map.of("c", new byte[1]), null));
        stage.settle();
        assertThat(stage.published).hasSize(1);
        Member latest = stage.published.get(0).upserted().get(0);
        assertThat(latest.state().values()).containsOnlyKeys("a", "b", "c");
        assertThat(latest.version()).isEqualTo(4);
    }

    // ---- the board itself ----

    @Test
    void anEmptyBoardLingersAndIsThenGivenUp() {
        Watcher ada = stage.joined("Ada");
        assertThat(stage.links).containsExactly("follow board");
        int ref = ada.seat.boardRef();
        stage.leave(ada);
        stage.settle();
        assertThat(stage.published.get(stage.published.size() - 1).departed()).hasSize(1);
        stage.pass(BoardFixture.LINGER_MS - 1_000);
        stage.run();
        assertThat(stage.links).containsExactly("follow board");
        Watcher bob = stage.joined("Bob");
        assertThat(bob.seat.boardRef()).isEqualTo(ref);
        stage.pass(BoardFixture.LINGER_MS);
        stage.run();
        assertThat(stage.links).as("joined again in time").containsExactly("follow board");
        stage.leave(bob);
        stage.settle();
        stage.pass(BoardFixture.LINGER_MS);
        stage.settle();
        assertThat(stage.links).containsExactly("follow board", "close board");
        assertThat(stage.metrics.boards).hasValue(0);
        assertThat(stage.joined("Cid").seat.boardRef()).as("the ref rests").isNotEqualTo(ref);
    }

    @Test
    void aBoardLingersFromItsLastLeaveAndNotFromTheFirst() {
        Watcher ada = stage.joined("Ada");
        stage.leave(ada);
        stage.settle();
        stage.pass(BoardFixture.LINGER_MS - 1_000);
        Watcher bob = stage.joined("Bob");
        stage.leave(bob);
        stage.settle();
        stage.pass(2_000);
        stage.run();
        assertThat(stage.links).containsExactly("follow board");
        stage.pass(BoardFixture.LINGER_MS);
        stage.run();
        assertThat(stage.links).containsExactly("follow board", "close board");
    }
}
