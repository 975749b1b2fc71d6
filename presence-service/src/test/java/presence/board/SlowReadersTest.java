package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.model.Member;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.ServerFrame;
import presence.wire.ClientEvent;

/** Readers that have not taken what was flushed to them: changes are merged for them, signals are dropped. */
class SlowReadersTest {
    private final BoardFixture stage = new BoardFixture(1, 1_000);

    @AfterEach
    void nothingWasLostOrLeaked() {
        stage.assertInOrder();
        stage.close();
    }

    private void patch(Watcher watcher, Map<String, byte[]> set, String... unset) {
        watcher.seat.patch(new ClientEvent.StatePatch(ClientEvent.NO_REQUEST_ID, 0, set, List.of(unset), null, null));
    }

    @Test
    void aReaderThatIsBehindGetsTheNewestOfEachMemberAndNoHistory() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        Watcher slow = stage.joined("Slow");
        slow.changes();
        slow.writable = false;
        for (int i = 1; i <= 20; i++) {
            patch(ada, Map.of("k", new byte[i], "old" + i, new byte[1]), "old" + (i - 1));
            stage.settle();
        }
        stage.leave(bob);
        stage.joined("Cid");
        stage.leave(stage.joined("came and went"));
        stage.settle();
        assertThat(slow.changes()).isEmpty();
        slow.becomeWritable();
        stage.settle();
        List<Change> changes = slow.changes();
        assertThat(changes).hasSize(1);
        Change change = changes.get(0);
        assertThat(change.getLeftList()).hasSize(1);
        assertThat(change.getJoinedList()).hasSize(1);
        assertThat(change.getUpdatedList()).hasSize(1);
        assertThat(change.getUpdated(0).getSetMap()).containsOnlyKeys("k", "old20");
        assertThat(change.getUpdated(0).getSetMap().get("k").size()).isEqualTo(20);
        assertThat(slow.membersById()).isEqualTo(ada.membersById());
    }

    @Test
    void othersGetAChangeAtOnceAndInOneFrame() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        ada.changes();
        stage.joined("Bob");
        assertThat(ada.changes()).hasSize(1);
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.names()).containsExactlyInAnyOrder("Ada", "Bob", "Slow");
    }

    @Test
    void aReaderThatCaughtUpGetsSharedFramesAndCursorsAgain() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        Watcher bob = stage.joined("Bob");
        stage.move(ada, 1, 2);
        stage.move(bob, 3, 4);
        stage.settle();
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.cursorOf("Ada").getX()).isEqualTo(1);
        assertThat(slow.cursorOf("Bob").getX()).isEqualTo(3);
        stage.move(bob, 5, 6);
        stage.settle();
        assertThat(slow.cursorOf("Bob").getX()).isEqualTo(5);
        stage.joined("Cid");
        assertThat(slow.names()).contains("Cid");
    }

    @Test
    void aLongBacklogComesInPartsAsTheReaderTakesThem() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        Member[] crowd = new Member[40];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        stage.settle();
        assertThat(ada.names()).hasSize(42);
        slow.changes();
        slow.takes = 1;
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.names().size()).isBetween(5, 20);
        assertThat(slow.changes()).singleElement().matches(Change::getMore);
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.names()).hasSize(42);
        assertThat(slow.changes()).last().matches(change -> !change.getMore());
    }

    @Test
    void aReaderThatNeverGetsToTheEndOfItsBacklogSeesCursors() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        for (int round = 1; round <= 4; round++) {
            Member[] crowd = new Member[40];
            for (int i = 0; i < crowd.length; i++) {
                crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[3_900 + round]), round);
            }
            long seq = round;
            stage.receive(feed -> feed.onDelta(People.THERE, seq - 1, seq, People.upsert(crowd)));
            stage.move(ada, round, round);
            stage.settle();
            slow.takes = 2;
            slow.becomeWritable();
            stage.settle();
            assertThat(slow.cursorOf("Ada").getX()).isEqualTo(round);
        }
        assertThat(slow.complaints).isEmpty();
    }

    @Test
    void aMoveOfANewcomerBeforeItsRosterIsSeenByTheOnlyOther() {
        Watcher ada = stage.joined("Ada");
        stage.settle();
        Watcher bob = stage.join("Bob");
        stage.signal(bob, "hello");
        stage.move(bob, 5, 6);
        stage.run();
        stage.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(5);
    }

    @Test
    void aFirstRosterWaitsForABusyConnectionAboutASecond() {
        stage.joined("Ada");
        Watcher bob = stage.watcher("Bob", 0);
        bob.writable = false;
        stage.join(bob, Map.of(), false);
        stage.settle();
        assertThat(bob.members).isEmpty();
        for (int i = 0; i < 6; i++) {
            stage.settle();
        }
        assertThat(bob.names()).isEqualTo(Set.of("Ada", "Bob"));
    }

    @Test
    void signalsForAReaderThatIsBehindAreDroppedAndCounted() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        patch(ada, Map.of("k", new byte[1]));
        stage.settle();
        stage.signal(ada, "to all");
        stage.signal(ada, "to one", slow.you);
        stage.settle();
        assertThat(slow.signals).isEmpty();
        assertThat(slow.dropped + stage.metrics.signalsDropped.count()).isEqualTo(2);
        slow.becomeWritable();
        stage.settle();
        assertThat(slow.signals).isEmpty();
    }

    @Test
    void aSignalNeverComesBeforeTheStateSetBeforeIt() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.settle();
        bob.frames.clear();
        List<String> sent = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            patch(ada, Map.of("k", new byte[i]));
            stage.signal(ada, "look");
            sent.add("state " + i);
            sent.add("look");
        }
        patch(ada, Map.of("k", new byte[100]));
        sent.add("state 100");
        stage.settle();
        List<String> seen = new ArrayList<>();
        for (ServerFrame frame : bob.frames) {
            if (frame.hasChange()) {
                seen.add("state "
                        + frame.getChange().getUpdated(0).getSetMap().get("k").size());
            } else if (frame.hasSignal()) {
                seen.add(frame.getSignal().getType());
            }
        }
        assertThat(seen).isEqualTo(sent);
        assertThat(stage.published).as("the deltas to other nodes, too").hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    void aSignalFromElsewhereNeverComesBeforeTheStateSetBeforeIt() {
        Watcher bob = stage.joined("Bob");
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 1))));
        stage.settle();
        stage.receive(feed -> feed.onDelta(
                People.THERE, 1, 2, People.upsert(People.member(1, 1, "m1", Map.of("k", new byte[1]), 2))));
        stage.receive(feed -> feed.onSignal(People.id(1), "look", new byte[0], List.of()));
        stage.run();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.members.get(bob.slotOf("m1")).getStateMap()).containsOnlyKeys("k");
    }

    @Test
    void aBoardShowsSoManyBytesOfChangesPerTickAndNoMemberTwice() {
        Watcher ada = stage.joined("Ada");
        ada.changes();
        Member[] crowd = new Member[100];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        stage.run();
        int first = ada.members.size();
        assertThat(first).isBetween(30, 40);
        assertThat(stage.metrics.changesDeferred.count()).isEqualTo(1);
        stage.settle();
        assertThat(ada.members).hasSize(101);
        assertThat(ada.changes().stream().mapToInt(Change::getJoinedCount).sum())
                .isEqualTo(100);
    }

    @Test
    void aJoinWhileChangesWaitIsInItsOwnRoster() {
        stage.joined("Ada");
        Member[] crowd = new Member[100];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        stage.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        stage.run();
        Watcher bob = stage.joined("Bob");
        stage.settle();
        assertThat(bob.members).hasSize(102).containsKey(bob.you);
        // Watcher reports a complete roster without the client itself, and a second joined.
        Watcher cid = stage.watcher("Cid", 0);
        cid.takes = 1;
        stage.join(cid, Map.of(), false);
        stage.settle();
        assertThat(cid.complete).isFalse();
        assertThat(cid.members).as("its first part holds the client itself").containsKey(cid.you);
        cid.becomeWritable();
        stage.settle();
        assertThat(cid.members).hasSize(103);
    }

    @Test
    void aBoardRefusesMoreBytesOfSignalsThanItMayPassOn() {
        Watcher ada = stage.joined("Ada");
        Watcher bob = stage.joined("Bob");
        stage.settle();
        for (int i = 0; i < 17; i++) {
            ada.seat.signal(new ClientEvent.Signal(3, 0, "large", new byte[16_384], List.of()));
        }
        stage.settle();
        // Two seconds' worth at once.
        int passed = 2 * BoardFixture.SIGNAL_BYTES / (16_384 + 40);
        assertThat(bob.signals).hasSize(passed);
        assertThat(ada.refusedSignals).isEqualTo(17 - passed);
        stage.pass(2_000);
        ada.seat.signal(new ClientEvent.Signal(3, 0, "large", new byte[16_384], List.of()));
        stage.settle();
        assertThat(bob.signals).hasSize(passed + 1);
    }

    @Test
    void agesIncludeTheWaitOnASlowLink() {
        Watcher ada = stage.joined("Ada");
        Watcher slow = stage.joined("Slow");
        slow.writable = false;
        slow.waitMs = 400;
        stage.move(ada, 1, 1);
        stage.settle();
        slow.becomeWritable();
        stage.settle();
        Cursors caughtUp = slow.ticks().get(0);
        assertThat(caughtUp.getAgeMs(0)).isBetween(600, 700);
    }

    @Test
    void aNewRosterWaitsWhileMemoryIsShort() {
        stage.joined("Ada");
        stage.memory.add(BoardFixture.MEMORY + 1);
        Watcher bob = stage.join("Bob");
        stage.settle();
        assertThat(bob.members).isEmpty();
        stage.memory.add(-BoardFixture.MEMORY);
        stage.settle();
        assertThat(bob.names()).isEqualTo(Set.of("Ada", "Bob"));
    }

    @Test
    void aFrameThatCannotBeAllocatedIsSentLater() {
        try (BoardFixture scarce = new BoardFixture(2)) {
            Watcher ada = scarce.joined("Ada");
            Watcher bob = scarce.join(scarce.watcher("Bob", 1), Map.of(), false);
            scarce.settle();
            scarce.scarcity().allow(0);
            Watcher cid = scarce.join("Cid");
            patch(ada, Map.of("k", new byte[1]));
            scarce.move(ada, 5, 5);
            scarce.signal(bob, "lost");
            scarce.settle();
            assertThat(bob.names()).isEqualTo(Set.of("Ada", "Bob"));
            assertThat(cid.members).isEmpty();
            assertThat(scarce.metrics.allocationFailures.count()).isGreaterThanOrEqualTo(4);
            scarce.scarcity().allow(Integer.MAX_VALUE);
            scarce.pass(1_100);
            scarce.settle();
            scarce.settle();
            List<Watcher> all = new ArrayList<>(List.of(ada, bob, cid));
            assertThat(all).allSatisfy(one -> {
                assertThat(one.names()).isEqualTo(Set.of("Ada", "Bob", "Cid"));
                assertThat(one.members.get(one.slotOf("Ada")).getStateMap()).containsOnlyKeys("k");
                assertThat(one.complaints).isEmpty();
            });
            assertThat(bob.cursorOf("Ada").getX()).isEqualTo(5);
            assertThat(ada.signals).isEmpty();
            assertThat(scarce.scarcity().unreleased()).isZero();
        }
    }
}
