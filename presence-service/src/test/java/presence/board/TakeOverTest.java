package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/** A member outlives its socket and continues at another node, observed by a third. */
class TakeOverTest {
    private final FakeCluster cluster = new FakeCluster();
    /** The lesser origin: it loses ties. */
    private final FakeCluster.Node one = cluster.newNode();

    private final FakeCluster.Node two = cluster.newNode();
    private final FakeCluster.Node three = cluster.newNode();
    private final List<FakeClient> watchers = List.of(one.observe(), two.observe(), three.observe());
    private final FakeClient ada;

    TakeOverTest() {
        // One member on each node first, so that slots differ between nodes.
        two.join("Bob");
        cluster.settle();
        ada = one.join("Ada");
        cluster.settle();
        watchers.forEach(watcher -> watcher.news.clear());
    }

    private void assertNoJoinOrLeaveWasShown() {
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).containsExactlyInAnyOrder("Ada", "Bob");
            assertThat(watcher.news).allMatch(news -> news.startsWith("updated Ada"));
            assertThat(watcher.complaints).isEmpty();
        }
    }

    private static void active(FakeClient... clients) {
        for (FakeClient client : clients) {
            assertThat(client.member("Ada").getStatus()).isEqualTo(presence.proto.Status.STATUS_ACTIVE);
        }
    }

    @Test
    void aMemberGoesOnAtAnotherNode() {
        ada.move(3, 4, cluster.nowMs);
        cluster.settle();
        ada.seat.lose();
        cluster.settle();
        int slotThere = watchers.get(1).member("Ada").getSlot();
        FakeClient again = two.resume(ada.key());
        cluster.settle();
        assertThat(again.me().getMemberId()).isEqualTo(ada.me().getMemberId());
        assertThat(again.key()).isEqualTo(ada.key());
        assertThat(again.roster().getYou()).isEqualTo(slotThere);
        assertNoJoinOrLeaveWasShown();
        active(watchers.toArray(FakeClient[]::new));
        assertThat(again.cursorOf("Ada")).isEqualTo("3,4");
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertNoJoinOrLeaveWasShown();
        assertThat(one.metrics.localMembers).hasValue(0);
        assertThat(two.count("presence.resumes", "kind", "taken_over_here")).isEqualTo(1);
        assertThat(one.count("presence.resumes", "kind", "taken_over_elsewhere"))
                .isEqualTo(1);
    }

    @Test
    void theNewNodeMovesThePointerEverywhereAndTheOldOneNoMore() {
        FakeClient again = two.resume(ada.key());
        cluster.settle();
        again.move(11, 12, cluster.nowMs);
        ada.move(1, 1, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("11,12"));
        ada.move(2, 2, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("11,12"));
        FakeClient back = one.resume(ada.key());
        cluster.settle();
        back.move(13, 14, cluster.nowMs);
        again.move(2, 2, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("13,14"));
        FakeClient late = cluster.newNode().observe();
        cluster.settle();
        assertThat(late.cursorOf("Ada")).isEqualTo("13,14");
    }

    @Test
    void theOldConnectionIsReplacedIfItStillExists() {
        FakeClient again = two.resume(ada.key());
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        ada.seat.lose();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(again.lost).isNull();
        assertNoJoinOrLeaveWasShown();
    }

    @Test
    void theOldNodesLastChangesDoNotOverrideTheTakeOver() {
        // The greater origin has it and changes it more than once while another node takes over.
        FakeClient moved = two.resume(ada.key());
        cluster.settle();
        for (int i = 0; i < 3; i++) {
            moved.seat.patch(
                    new ClientEvent.StatePatch(1, 0, Map.of("n", new byte[] {(byte) i}), List.of(), null, Status.BUSY));
        }
        FakeClient again = one.resume(ada.key());
        cluster.settle();
        assertThat(again.lost).isNull();
        assertThat(moved.lost).isEqualTo(ErrorCode.REPLACED);
        active(watchers.toArray(FakeClient[]::new));
    }

    @Test
    void aMoveThereAndBackWithinOnePropagationKeepsTheLastConnection() {
        FakeClient there = two.resume(ada.key());
        there.seat.lose();
        FakeClient back = one.resume(ada.key());
        one.work();
        two.work();
        cluster.settle();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(back.lost).isNull();
        assertNoJoinOrLeaveWasShown();
        active(watchers.toArray(FakeClient[]::new));
        assertThat(two.metrics.localMembers).as("Bob alone").hasValue(1);
        assertThat(one.metrics.localMembers).hasValue(1);
    }

    @Test
    void ofTwoConnectionsAtOnceTheGreaterOriginsStays() {
        FakeClient atTwo = two.resume(ada.key());
        FakeClient atThree = three.resume(ada.key());
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(atTwo.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(atThree.lost).isNull();
        atThree.move(21, 22, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("21,22"));
        assertNoJoinOrLeaveWasShown();
    }

    @Test
    void ofTwoConnectionsOfAClientThatCountsItsJoinsTheLastOneStays() {
        long version = ada.me().getVersion();
        // The greater origin does not know yet that this connection has ended.
        FakeClient dead = three.resume(ada.key(), version);
        FakeClient last = two.resume(ada.key(), version + (1 << 24));
        cluster.settle();
        assertThat(last.lost).isNull();
        assertThat(dead.lost).isEqualTo(ErrorCode.REPLACED);
        dead.seat.lose();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        last.move(21, 22, cluster.nowMs);
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("21,22"));
        assertNoJoinOrLeaveWasShown();
    }

    @Test
    void twoConnectionsThatAreBothAwayDoNotAlternateForever() {
        FakeClient atTwo = two.enter(null, Status.AWAY, Map.of(), ada.key(), false);
        FakeClient atThree = three.enter(null, Status.AWAY, Map.of(), ada.key(), false);
        cluster.pass(2_000);
        assertThat(List.of(atTwo, atThree))
                .filteredOn(client -> client.lost == null)
                .hasSize(1);
        watchers.forEach(watcher -> watcher.news.clear());
        cluster.pass(1_000);
        assertThat(watchers).allMatch(watcher -> watcher.news.isEmpty());
    }

    @Test
    void aLeaveRightAfterATakeOverIsFinal() {
        FakeClient again = two.resume(ada.key());
        again.leave();
        FakeClient stranger = two.resume(ada.key());
        cluster.settle();
        assertThat(stranger.key()).as("a member that left cleanly is gone").isNotEqualTo(ada.key());
        stranger.leave();
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).containsExactly("Bob");
            assertThat(watcher.news).contains("left Ada LEFT");
            assertThat(watcher.complaints).isEmpty();
        }
        assertThat(one.metrics.localMembers).hasValue(0);
        assertThat(two.metrics.localMembers).hasValue(1);
    }

    @Test
    void aCleanLeaveIsFinalEvenWhereALostConnectionHasTheHigherVersion() {
        ada.seat.lose();
        one.work();
        FakeClient backAtOne = one.resume(ada.key());
        one.work();
        backAtOne.seat.lose();
        one.work();
        FakeClient atTwo = two.resume(ada.key());
        two.work();
        atTwo.leave();
        two.work();
        cluster.pass(1_000);
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).containsExactly("Bob");
            assertThat(watcher.complaints).isEmpty();
        }
        assertThat(one.metrics.localMembers).hasValue(0);
        assertThat(two.metrics.localMembers).hasValue(1);
    }

    @Test
    void aResumeOpensABoardAndFindsTheMemberThere() {
        FakeCluster.Node fresh = cluster.newNode();
        FakeClient again = fresh.resume(ada.key());
        cluster.settle();
        assertThat(again.key()).isEqualTo(ada.key());
        assertNoJoinOrLeaveWasShown();
    }

    @Test
    void aJoinOfABoardThatWasJustOpenedWaitsUntilTheOtherSegmentsAreRead() {
        LateBus late = new LateBus(cluster.newBus());
        FakeCluster.Node fresh = cluster.newNode(late, FakeCluster.GRACE_MS, 1_000);
        FakeClient again = fresh.resume(ada.key());
        again.seat.patch(new ClientEvent.StatePatch(1, 0, Map.of("n", new byte[1]), List.of(), null, Status.BUSY));
        again.move(30, 31, cluster.nowMs);
        FakeClient cleo = fresh.join("Cleo");
        FakeClient onlooker = fresh.observe();
        cluster.pass(500);
        assertThat(List.of(again, cleo, onlooker)).allMatch(client -> !client.hasRoster());
        late.read();
        cluster.settle();
        assertThat(again.key()).isEqualTo(ada.key());
        assertThat(cleo.names()).containsExactlyInAnyOrder("Ada", "Bob", "Cleo");
        assertThat(onlooker.roster().getMembersList()).as("its first roster").hasSize(3);
        assertThat(watchers.get(0).member("Ada").getStatus())
                .as("what came behind the join")
                .isEqualTo(presence.proto.Status.STATUS_BUSY);
        assertThat(watchers.get(0).member("Ada").getStateMap()).containsOnlyKeys("n");
        assertThat(watchers).allMatch(watcher -> watcher.cursorOf("Ada").equals("30,31"));
    }

    @Test
    void aResumeDoesNotWaitForeverNorWhenItsClientDoesNot() {
        LateBus late = new LateBus(cluster.newBus());
        FakeCluster.Node fresh = cluster.newNode(late, FakeCluster.GRACE_MS, 1_000);
        FakeClient gone = fresh.resume(ada.key());
        cluster.pass(100);
        gone.seat.lose();
        FakeClient again = fresh.resume(ada.key());
        cluster.pass(PendingJoins.PATIENCE_MS + 100);
        assertThat(again.names()).hasSize(1);
        assertThat(again.key()).as("a new member").isNotEqualTo(ada.key());
        assertThat(gone.hasRoster()).isFalse();
        again.leave();
        cluster.pass(500);
        assertThat(fresh.metrics.boards).hasValue(0);
    }

    @Test
    void aMemberWhoseClientJoinedAsANewMemberIsRemoved() {
        LateBus late = new LateBus(cluster.newBus());
        FakeCluster.Node fresh = cluster.newNode(late, FakeCluster.GRACE_MS, 1_000);
        ada.seat.lose();
        FakeClient again = fresh.resume(ada.key());
        cluster.pass(PendingJoins.PATIENCE_MS + 100);
        assertThat(again.key()).as("a new member").isNotEqualTo(ada.key());
        late.read();
        cluster.settle();
        cluster.settle();
        for (FakeClient watcher : watchers) {
            assertThat(watcher.names()).doesNotContain("Ada").contains("Bob").hasSize(2);
            assertThat(watcher.complaints).isEmpty();
        }
        assertThat(again.names())
                .containsExactlyInAnyOrderElementsOf(watchers.get(0).names());
        again.leave();
        cluster.pass(500);
        assertThat(fresh.metrics.localMembers).hasValue(0);
        assertThat(fresh.metrics.boards).hasValue(0);
        assertThat(one.metrics.localMembers).hasValue(0);
    }

    @Test
    void aConnectedMemberIsNotTakenForAnOrphan() {
        LateBus late = new LateBus(cluster.newBus());
        FakeCluster.Node fresh = cluster.newNode(late, FakeCluster.GRACE_MS, 1_000);
        fresh.resume(ada.key());
        cluster.pass(PendingJoins.PATIENCE_MS + 100);
        late.read();
        cluster.settle();
        assertThat(ada.lost).isNull();
        assertThat(watchers).allMatch(watcher -> watcher.names().contains("Ada"));
    }

    @Test
    void anotherUsersJoinWithTheKeyMakesNoOrphan() {
        LateBus late = new LateBus(cluster.newBus());
        FakeCluster.Node fresh = cluster.newNode(late, FakeCluster.GRACE_MS, 1_000);
        ada.seat.lose();
        fresh.enterAs(new Profile("eve", "Eve", "", "", ""), ada.key());
        cluster.pass(PendingJoins.PATIENCE_MS + 100);
        late.read();
        cluster.settle();
        assertThat(watchers).allMatch(watcher -> watcher.names().contains("Ada"));
    }

    @Test
    void aClientThatSendsALotBehindItsJoinIsNotKeptWaiting() {
        FakeCluster.Node fresh = cluster.newNode(new LateBus(cluster.newBus()), FakeCluster.GRACE_MS, 1_000);
        FakeClient eager = fresh.resume(ada.key());
        for (int i = 0; i < 100; i++) {
            eager.seat.patch(
                    new ClientEvent.StatePatch(1, 0, Map.of("n", new byte[] {(byte) i}), List.of(), null, Status.BUSY));
        }
        cluster.settle();
        assertThat(eager.me().getStateMap().get("n").byteAt(0)).isEqualTo((byte) 99);
    }

    @Test
    void aKeyThatIsAlmostRightIsAStrangers() {
        byte[] wrong = Arrays.copyOf(ada.key(), 16);
        wrong[15]++;
        FakeClient stranger = two.resume(wrong);
        cluster.settle();
        assertThat(ada.lost).isNull();
        assertThat(stranger.me().getMemberId()).isNotEqualTo(ada.me().getMemberId());
    }
}
