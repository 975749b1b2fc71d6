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
    private final BoardFixture fixture = new BoardFixture(1, 1_000);

    @AfterEach
    void nothingWasLostOrLeaked() {
        fixture.assertInOrder();
        fixture.close();
    }

    private void patch(Watcher watcher, Map<String, byte[]> set, String... unset) {
        watcher.seat.patch(new ClientEvent.StatePatch(ClientEvent.NO_REQUEST_ID, 0, set, List.of(unset), null, null));
    }

    @Test
    void aReaderThatIsBehindGetsTheNewestOfEachMemberAndNoHistory() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        Watcher slow = fixture.joined("Slow");
        slow.changes();
        slow.writable = false;
        for (int i = 1; i <= 20; i++) {
            patch(ada, Map.of("k", new byte[i], "old" + i, new byte[1]), "old" + (i - 1));
            fixture.settle();
        }
        fixture.leave(bob);
        fixture.joined("Cid");
        fixture.leave(fixture.joined("came and went"));
        fixture.settle();
        assertThat(slow.changes()).isEmpty();
        slow.becomeWritable();
        fixture.settle();
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
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        ada.changes();
        fixture.joined("Bob");
        assertThat(ada.changes()).hasSize(1);
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.names()).containsExactlyInAnyOrder("Ada", "Bob", "Slow");
    }

    @Test
    void aReaderThatCaughtUpGetsSharedFramesAndCursorsAgain() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        Watcher bob = fixture.joined("Bob");
        fixture.move(ada, 1, 2);
        fixture.move(bob, 3, 4);
        fixture.settle();
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.cursorOf("Ada").getX()).isEqualTo(1);
        assertThat(slow.cursorOf("Bob").getX()).isEqualTo(3);
        fixture.move(bob, 5, 6);
        fixture.settle();
        assertThat(slow.cursorOf("Bob").getX()).isEqualTo(5);
        fixture.joined("Cid");
        assertThat(slow.names()).contains("Cid");
    }

    @Test
    void aLongBacklogComesInPartsAsTheReaderTakesThem() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        Member[] crowd = new Member[40];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        fixture.settle();
        assertThat(ada.names()).hasSize(42);
        slow.changes();
        slow.takes = 1;
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.names().size()).isBetween(5, 20);
        assertThat(slow.changes()).singleElement().matches(Change::getMore);
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.names()).hasSize(42);
        assertThat(slow.changes()).last().matches(change -> !change.getMore());
    }

    @Test
    void aReaderThatNeverGetsToTheEndOfItsBacklogSeesCursors() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        for (int round = 1; round <= 4; round++) {
            Member[] crowd = new Member[40];
            for (int i = 0; i < crowd.length; i++) {
                crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[3_900 + round]), round);
            }
            long seq = round;
            fixture.receive(feed -> feed.onDelta(People.THERE, seq - 1, seq, People.upsert(crowd)));
            fixture.move(ada, round, round);
            fixture.settle();
            slow.takes = 2;
            slow.becomeWritable();
            fixture.settle();
            assertThat(slow.cursorOf("Ada").getX()).isEqualTo(round);
        }
        assertThat(slow.complaints).isEmpty();
    }

    @Test
    void aMoveOfANewcomerBeforeItsRosterIsSeenByTheOnlyOther() {
        Watcher ada = fixture.joined("Ada");
        fixture.settle();
        Watcher bob = fixture.join("Bob");
        fixture.signal(bob, "hello");
        fixture.move(bob, 5, 6);
        fixture.run();
        fixture.settle();
        assertThat(ada.cursorOf("Bob").getX()).isEqualTo(5);
    }

    @Test
    void aFirstRosterWaitsForABusyConnectionAboutASecond() {
        fixture.joined("Ada");
        Watcher bob = fixture.watcher("Bob", 0);
        bob.writable = false;
        fixture.join(bob, Map.of(), false);
        fixture.settle();
        assertThat(bob.members).isEmpty();
        for (int i = 0; i < 6; i++) {
            fixture.settle();
        }
        assertThat(bob.names()).isEqualTo(Set.of("Ada", "Bob"));
    }

    @Test
    void signalsForAReaderThatIsBehindAreDroppedAndCounted() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        patch(ada, Map.of("k", new byte[1]));
        fixture.settle();
        fixture.signal(ada, "to all");
        fixture.signal(ada, "to one", slow.you);
        fixture.settle();
        assertThat(slow.signals).isEmpty();
        assertThat(slow.dropped + fixture.metrics.signalsDropped.count()).isEqualTo(2);
        slow.becomeWritable();
        fixture.settle();
        assertThat(slow.signals).isEmpty();
    }

    @Test
    void aSignalNeverComesBeforeTheStateSetBeforeIt() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.settle();
        bob.frames.clear();
        List<String> sent = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            patch(ada, Map.of("k", new byte[i]));
            fixture.signal(ada, "look");
            sent.add("state " + i);
            sent.add("look");
        }
        patch(ada, Map.of("k", new byte[100]));
        sent.add("state 100");
        fixture.settle();
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
        assertThat(fixture.published).as("the deltas to other nodes, too").hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    void aSignalFromElsewhereNeverComesBeforeTheStateSetBeforeIt() {
        Watcher bob = fixture.joined("Bob");
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(People.member(1, 1))));
        fixture.settle();
        fixture.receive(feed -> feed.onDelta(
                People.THERE, 1, 2, People.upsert(People.member(1, 1, "m1", Map.of("k", new byte[1]), 2))));
        fixture.receive(feed -> feed.onSignal(People.id(1), "look", new byte[0], List.of()));
        fixture.run();
        assertThat(bob.signals).hasSize(1);
        assertThat(bob.members.get(bob.slotOf("m1")).getStateMap()).containsOnlyKeys("k");
    }

    @Test
    void aBoardShowsSoManyBytesOfChangesPerTickAndNoMemberTwice() {
        Watcher ada = fixture.joined("Ada");
        ada.changes();
        Member[] crowd = new Member[100];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        fixture.run();
        int first = ada.members.size();
        assertThat(first).isBetween(30, 40);
        assertThat(fixture.metrics.changesDeferred.count()).isEqualTo(1);
        fixture.settle();
        assertThat(ada.members).hasSize(101);
        assertThat(ada.changes().stream().mapToInt(Change::getJoinedCount).sum())
                .isEqualTo(100);
    }

    @Test
    void aJoinWhileChangesWaitIsInItsOwnRoster() {
        fixture.joined("Ada");
        Member[] crowd = new Member[100];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = People.member(i + 1, i + 1, "m" + (i + 1), Map.of("k", new byte[4_000]), 1);
        }
        fixture.receive(feed -> feed.onDelta(People.THERE, 0, 1, People.upsert(crowd)));
        fixture.run();
        Watcher bob = fixture.joined("Bob");
        fixture.settle();
        assertThat(bob.members).hasSize(102).containsKey(bob.you);
        // Watcher reports a complete roster without the client itself, and a second joined.
        Watcher cid = fixture.watcher("Cid", 0);
        cid.takes = 1;
        fixture.join(cid, Map.of(), false);
        fixture.settle();
        assertThat(cid.isComplete()).isFalse();
        assertThat(cid.members).as("its first part holds the client itself").containsKey(cid.you);
        cid.becomeWritable();
        fixture.settle();
        assertThat(cid.members).hasSize(103);
    }

    @Test
    void aBoardRefusesMoreBytesOfSignalsThanItMayPassOn() {
        Watcher ada = fixture.joined("Ada");
        Watcher bob = fixture.joined("Bob");
        fixture.settle();
        for (int i = 0; i < 17; i++) {
            ada.seat.signal(new ClientEvent.Signal(3, 0, "large", new byte[16_384], List.of()));
        }
        fixture.settle();
        // Two seconds' worth at once.
        int passed = 2 * BoardFixture.SIGNAL_BYTES / (16_384 + 40);
        assertThat(bob.signals).hasSize(passed);
        assertThat(ada.refusedSignals).isEqualTo(17 - passed);
        fixture.pass(2_000);
        ada.seat.signal(new ClientEvent.Signal(3, 0, "large", new byte[16_384], List.of()));
        fixture.settle();
        assertThat(bob.signals).hasSize(passed + 1);
    }

    @Test
    void agesIncludeTheWaitOnASlowLink() {
        Watcher ada = fixture.joined("Ada");
        Watcher slow = fixture.joined("Slow");
        slow.writable = false;
        slow.waitMs = 400;
        fixture.move(ada, 1, 1);
        fixture.settle();
        slow.becomeWritable();
        fixture.settle();
        Cursors caughtUp = slow.ticks().get(0);
        assertThat(caughtUp.getAgeMs(0)).isBetween(600, 700);
    }

    @Test
    void aNewRosterWaitsWhileMemoryIsShort() {
        fixture.joined("Ada");
        fixture.memory.add(BoardFixture.MEMORY + 1);
        Watcher bob = fixture.join("Bob");
        fixture.settle();
        assertThat(bob.members).isEmpty();
        fixture.memory.add(-BoardFixture.MEMORY);
        fixture.settle();
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
