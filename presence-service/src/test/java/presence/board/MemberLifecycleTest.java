package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/** A member outlives its socket, on one node. */
class MemberLifecycleTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node node = cluster.newNode();
    private final FakeClient watcher = node.observe();
    private final FakeClient ada = node.join("Ada");

    MemberLifecycleTest() {
        cluster.settle();
        watcher.news.clear();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyMemberGetsAKeyOfItsOwnAndAnObserverNone() {
        FakeClient bob = node.join("Bob");
        cluster.settle();
        assertThat(ada.key()).hasSize(16);
        assertThat(bob.key()).hasSize(16).isNotEqualTo(ada.key());
        assertThat(watcher.key()).isEmpty();
    }

    @Test
    void aLostMemberIsAwayAndThenGone() {
        ada.seat.lose();
        cluster.settle();
        assertThat(watcher.news).containsExactly("updated Ada away");
        cluster.pass(FakeCluster.GRACE_MS - 300);
        assertThat(watcher.names()).containsExactly("Ada");
        cluster.pass(400);
        assertThat(watcher.news).containsExactly("updated Ada away", "left Ada TIMED_OUT");
        assertThat(node.count("presence.graces.begun")).isEqualTo(1);
        assertThat(node.count("presence.graces.expired")).isEqualTo(1);
        assertThat(node.metrics.localMembers).hasValue(0);
    }

    @Test
    void aMemberThatLeavesCleanlyIsGoneAtOnce() {
        ada.leave();
        cluster.settle();
        assertThat(watcher.news).containsExactly("left Ada LEFT");
        FakeClient stranger = node.resume(ada.key());
        cluster.settle();
        assertThat(stranger.me().getMemberId()).isNotEqualTo(ada.me().getMemberId());
    }

    @Test
    void withoutAGraceALostMemberIsGoneAtOnce() {
        FakeCluster.Node strict = new FakeCluster().newNode(0);
        FakeClient bob = strict.join("Bob");
        strict.work();
        bob.seat.lose();
        strict.work();
        assertThat(strict.metrics.localMembers).hasValue(0);
        assertThat(strict.count("presence.graces.begun")).isZero();
    }

    @Test
    void aResumedMemberIsTheSameOneInTheSameSlot() {
        ada.seat.lose();
        cluster.settle();
        FakeClient again = node.resume(ada.key());
        cluster.settle();
        assertThat(again.me().getMemberId()).isEqualTo(ada.me().getMemberId());
        assertThat(again.roster().getYou()).isEqualTo(ada.roster().getYou());
        assertThat(again.key()).isEqualTo(ada.key());
        assertThat(again.me().getVersion()).isGreaterThan(ada.me().getVersion());
        assertThat(watcher.news).containsExactly("updated Ada away", "updated Ada active");
        assertThat(ada.lost).as("it had no seat any more").isNull();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(watcher.names()).as("its grace has ended").containsExactly("Ada");
        assertThat(node.count("presence.resumes", "kind", "same_node")).isEqualTo(1);
    }

    @Test
    void aResumeBeforeTheLossIsKnownReplacesTheOldConnection() {
        FakeClient again = node.resume(ada.key());
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.REPLACED);
        assertThat(watcher.names()).containsExactly("Ada");
        assertThat(watcher.news).noneMatch(news -> news.startsWith("left") || news.startsWith("joined"));
        ada.seat.lose();
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(watcher.names()).as("the old socket's end is no news").containsExactly("Ada");
        assertThat(again.lost).isNull();
    }

    @Test
    void aKeyOfNoMemberMakesANewMember() {
        FakeClient bob = node.enter(new Profile("", "Bob", "", "", ""), Status.ACTIVE, Map.of(), new byte[16], false);
        cluster.settle();
        assertThat(bob.key()).isNotEqualTo(new byte[16]);
        assertThat(watcher.names()).containsExactly("Ada", "Bob");
        ada.seat.lose();
        cluster.pass(FakeCluster.GRACE_MS + 200);
        FakeClient late = node.resume(ada.key());
        cluster.settle();
        assertThat(late.key()).as("after the grace").isNotEqualTo(ada.key());
    }

    @Test
    void fieldsOfAResumeReplaceTheOldOnesAndAbsentFieldsStay() {
        ada.seat.patch(new ClientEvent.StatePatch(1, 0, Map.of("tool", bytes("pen")), List.of(), null, Status.BUSY));
        ada.seat.lose();
        cluster.settle();
        FakeClient again = node.resume(ada.key());
        cluster.settle();
        assertThat(again.me().getProfile().getName()).isEqualTo("Ada");
        assertThat(again.me().getStateMap().get("tool").toStringUtf8()).isEqualTo("pen");
        assertThat(again.me().getStatus()).isEqualTo(presence.proto.Status.STATUS_ACTIVE);
        again.seat.lose();
        FakeClient changed = node.enter(
                new Profile("", "Countess", "", "", ""), Status.BUSY, Map.of("zoom", bytes("2")), ada.key(), false);
        cluster.settle();
        assertThat(watcher.names()).containsExactly("Countess");
        assertThat(watcher.member("Countess").getStateMap()).containsOnlyKeys("zoom");
        assertThat(changed.me().getStatus()).isEqualTo(presence.proto.Status.STATUS_BUSY);
    }

    @Test
    void theLastPositionCarriesOverAndTheNewConnectionMovesIt() {
        ada.move(5, 6, cluster.nowMs);
        node.work();
        ada.move(7, 8, cluster.nowMs);
        ada.seat.lose();
        FakeClient again = node.resume(ada.key());
        cluster.settle();
        assertThat(watcher.cursorOf("Ada")).as("moved right before the loss").isEqualTo("7,8");
        FakeClient late = node.observe();
        cluster.settle();
        assertThat(late.cursorOf("Ada")).isEqualTo("7,8");
        ada.move(1, 1, cluster.nowMs);
        again.move(9, 10, cluster.nowMs);
        cluster.settle();
        assertThat(watcher.cursorOf("Ada"))
                .as("the old connection moves nothing")
                .isEqualTo("9,10");
    }

    @Test
    void aMemberLostBeforeItWasShownKeepsItsSlot() {
        FakeClient bob = node.join("Bob");
        bob.seat.lose();
        cluster.settle();
        assertThat(watcher.member("Bob").getStatus()).isEqualTo(presence.proto.Status.STATUS_AWAY);
        int slot = watcher.member("Bob").getSlot();
        assertThat(slot).isEqualTo(ada.roster().getYou() + 1);
        cluster.pass(FakeCluster.GRACE_MS + 200);
        assertThat(watcher.names()).containsExactly("Ada");
        cluster.pass(60_000);
        FakeClient cleo = node.join("Cleo");
        FakeClient dan = node.join("Dan");
        cluster.settle();
        assertThat(List.of(cleo.roster().getYou(), dan.roster().getYou()))
                .as("its slot was given back, no other was taken for it")
                .containsExactly(slot, slot + 1);
        assertThat(watcher.complaints).isEmpty();
    }

    @Test
    void aFullBoardTakesBackItsOwn() {
        FakeCluster small = new FakeCluster();
        FakeCluster.Node full = small.newNode(FakeCluster.GRACE_MS, 1);
        FakeClient only = full.join("Only");
        small.settle();
        only.seat.lose();
        small.settle();
        FakeClient other = full.join("Other");
        FakeClient again = full.resume(only.key());
        small.settle();
        assertThat(other.lost).isEqualTo(ErrorCode.BOARD_FULL);
        assertThat(again.key()).isEqualTo(only.key());
    }

    @Test
    void anObserverHasNoGraceAndCannotResume() {
        watcher.seat.lose();
        FakeClient eye = node.enter(null, Status.ACTIVE, Map.of(), ada.key(), true);
        cluster.settle();
        assertThat(eye.roster().getYou()).isZero();
        assertThat(ada.lost).isNull();
        assertThat(node.count("presence.graces.begun")).isZero();
    }

    @Test
    void aBoardOfLostMembersIsKeptAndDroppedAfterwards() {
        watcher.leave();
        ada.seat.lose();
        cluster.settle();
        assertThat(node.metrics.boards).hasValue(1);
        cluster.pass(FakeCluster.GRACE_MS + 500);
        assertThat(node.metrics.boards).hasValue(0);
    }

    @Test
    void manyResumesHoldTheBoardOnce() {
        watcher.leave();
        FakeClient last = ada;
        for (int i = 0; i < 5; i++) {
            last.seat.lose();
            last = node.resume(ada.key());
            last = node.resume(ada.key());
            cluster.settle();
        }
        last.leave();
        cluster.pass(500);
        assertThat(node.metrics.boards).hasValue(0);
        assertThat(node.metrics.localMembers).hasValue(0);
    }

    // ---- with tokens ----

    @Test
    void aKeyIsOfNoUseToAnotherUser() {
        FakeClient owner = node.enterAs(new Profile("ada", "Ada A.", "", "", ""), new byte[0]);
        cluster.settle();
        owner.seat.lose();
        cluster.settle();
        FakeClient thief = node.enterAs(new Profile("eve", "Eve", "", "", ""), owner.key());
        cluster.settle();
        assertThat(thief.me().getMemberId()).isNotEqualTo(owner.me().getMemberId());
        assertThat(thief.me().getProfile().getUserId()).isEqualTo("eve");
        FakeClient again = node.enterAs(new Profile("ada", "Ada A.", "", "", ""), owner.key());
        cluster.settle();
        assertThat(again.me().getMemberId()).isEqualTo(owner.me().getMemberId());
    }

    @Test
    void aFreshTokensNameHoldsFromTheNextJoin() {
        FakeClient before = node.enterAs(new Profile("ada", "Ada A.", "red", "", ""), new byte[0]);
        cluster.settle();
        before.seat.lose();
        FakeClient again = node.enterAs(new Profile("ada", "Ada B.", "", "", ""), before.key());
        cluster.settle();
        assertThat(again.me().getProfile().getName()).isEqualTo("Ada B.");
        assertThat(again.me().getProfile().getColor()).isEqualTo("red");
    }

    @Test
    void aNewMemberWithoutAProfileHasThatOfItsToken() {
        FakeClient client = node.enterAs(new Profile("ada", "Ada A.", "", "", ""), new byte[0]);
        cluster.settle();
        assertThat(client.me().getProfile().getUserId()).isEqualTo("ada");
        assertThat(client.me().getProfile().getName()).isEqualTo("Ada A.");
    }
}
