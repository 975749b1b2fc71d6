package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import presence.admin.Moderator;
import presence.admin.PresenceQueries;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.MemberId;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ErrorCode;

/** Operators remove and ban users. */
class KicksTest {
    private static final BoardId OTHER = new BoardId("other");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node node = cluster.newNode();
    private final FakeCluster.Node remote = cluster.newNode();
    private final Moderator moderator = moderator(node);
    private final Moderator remoteModerator = moderator(remote);
    private final FakeClient watcher = node.observe();
    private final FakeClient ada = join(node, "Ada");
    private final FakeClient bob = join(remote, "Bob");

    KicksTest() {
        cluster.settle();
        watcher.news.clear();
    }

    private static Moderator moderator(FakeCluster.Node node) {
        PresenceQueries queries = new PresenceQueries(node.bus, "", node.boards, node.metrics);
        return new Moderator(node.bus, node.boards, queries, 2, node.metrics);
    }

    private static FakeClient join(FakeCluster.Node node, String name) {
        return join(node, name, new byte[0]);
    }

    private static FakeClient join(FakeCluster.Node node, String name, byte[] key) {
        return node.enter(new Profile("user-" + name, name, "", "", ""), Status.ACTIVE, Map.of(), key, false);
    }

    private static Kick user(String name, @Nullable BoardId board, long banMs) {
        return new Kick(board, null, "user-" + name, "spam", banMs);
    }

    @Test
    void aUserIsRemovedWhereverTheyAre() {
        moderator.kick(user("Ada", null, 0));
        moderator.kick(user("Bob", null, 0));
        cluster.settle();
        assertThat(ada.lost).isEqualTo(ErrorCode.KICKED);
        assertThat(bob.lost).isEqualTo(ErrorCode.KICKED);
        assertThat(watcher.news).containsExactlyInAnyOrder("left Ada KICKED", "left Bob KICKED");
        assertThat(node.metrics.localMembers).hasValue(0);
        assertThat(remote.metrics.localMembers).hasValue(0);
    }

    @Test
    void aMemberIsRemovedByTheirId() {
        byte[] id = bob.me().getMemberId().toByteArray();
        moderator.kick(new Kick(FakeCluster.BOARD, MemberId.fromBytes(ByteBuffer.wrap(id)), "", "", 0));
        cluster.settle();
        assertThat(bob.lost).isEqualTo(ErrorCode.KICKED);
        assertThat(watcher.names()).containsExactly("Ada");
    }

    @Test
    void anotherBoardIsNotConcerned() {
        moderator.kick(user("Ada", OTHER, 60_000));
        cluster.settle();
        assertThat(ada.lost).isNull();
        FakeClient again = join(node, "Ada");
        cluster.settle();
        assertThat(again.lost).isNull();
    }

    @Test
    void aDisconnectedMemberIsRemovedToo() {
        ada.seat.lose();
        cluster.settle();
        moderator.kick(user("Ada", null, 0));
        cluster.settle();
        assertThat(watcher.names()).containsExactly("Bob");
        assertThat(node.metrics.localMembers).hasValue(0);
        cluster.pass(2 * FakeCluster.GRACE_MS);
        assertThat(watcher.news).containsOnlyOnce("left Ada KICKED").noneMatch(news -> news.contains("TIMED_OUT"));
    }

    @Test
    void anObserverIsRemovedByItsUser() {
        FakeClient spy = node.observe(new Profile("user-Spy", "", "", "", ""));
        cluster.settle();
        remoteModerator.kick(user("Spy", null, 0));
        cluster.settle();
        assertThat(spy.lost).isEqualTo(ErrorCode.KICKED);
        assertThat(watcher.lost).as("an observer of another user").isNull();
    }

    @Test
    void aKickedUserMayJoinAgainAsANewMember() {
        moderator.kick(user("Ada", null, 0));
        cluster.settle();
        FakeClient again = join(node, "Ada", ada.key());
        cluster.settle();
        assertThat(again.lost).isNull();
        assertThat(again.me().getMemberId()).isNotEqualTo(ada.me().getMemberId());
    }

    @Test
    void aBannedUserIsRefusedOnAllNodesUntilTheBanEnds() {
        moderator.kick(user("Ada", FakeCluster.BOARD, 60_000));
        cluster.settle();
        for (FakeCluster.Node each : cluster.nodes) {
            FakeClient again = join(each, "Ada");
            cluster.settle();
            assertThat(again.lost).isEqualTo(ErrorCode.FORBIDDEN);
        }
        assertThat(watcher.names()).containsExactly("Bob");
        cluster.pass(60_000);
        FakeClient again = join(remote, "Ada");
        cluster.settle();
        assertThat(again.lost).isNull();
        assertThat(moderator.bans()).isEmpty();
    }

    @Test
    void aBanIsOfWhomTheTokenNames() {
        moderator.kick(user("Ada", null, 60_000));
        FakeClient liar = node.enterAs(new Profile("user-Ada", "Ada", "", "", ""), new byte[0]);
        cluster.settle();
        assertThat(liar.lost).isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void aBanCanBeLifted() {
        moderator.kick(user("Ada", null, 60_000));
        cluster.settle();
        assertThat(remoteModerator.bans()).hasSize(1);
        remoteModerator.pardon("user-Ada", null);
        FakeClient again = join(node, "Ada");
        cluster.settle();
        assertThat(again.lost).isNull();
        assertThat(moderator.bans()).isEmpty();
    }

    @Test
    void thereIsRoomForSoManyBans() {
        moderator.kick(user("Ada", null, 60_000));
        assertThat(moderator.mayBan()).isTrue();
        moderator.kick(user("Bob", null, 60_000));
        assertThat(moderator.mayBan()).isFalse();
    }

    @Test
    void aNodeThatStartsLaterLearnsTheBansAndRemovesBannedMembers() {
        moderator.kick(user("Cleo", null, 60_000));
        FakeCluster.Node late = cluster.newNode();
        FakeClient cleo = join(late, "Cleo");
        cluster.settle();
        assertThat(cleo.lost).as("not yet notified").isNull();
        moderator(late);
        cluster.settle();
        assertThat(cleo.lost).isEqualTo(ErrorCode.KICKED);
    }

    @Test
    void anOperatorsSignalReachesEverybodyFromSlotNone() {
        moderator.signal(FakeCluster.BOARD, "notice", new byte[] {7}, List.of());
        cluster.settle();
        assertThat(ada.signals).containsExactly("0 notice");
        assertThat(bob.signals).containsExactly("0 notice");
        assertThat(watcher.signals).containsExactly("0 notice");
    }

    @Test
    void anOperatorsSignalReachesWhomItNames() {
        byte[] id = bob.me().getMemberId().toByteArray();
        moderator.signal(FakeCluster.BOARD, "notice", new byte[0], List.of(MemberId.fromBytes(ByteBuffer.wrap(id))));
        cluster.settle();
        assertThat(bob.signals).containsExactly("0 notice");
        assertThat(ada.signals).isEmpty();
        assertThat(watcher.signals).isEmpty();
    }
}
