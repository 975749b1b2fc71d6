package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ErrorCode;

/** Limits of members of one user: on a board over all nodes, and on a node over all boards. */
class UserBoundsTest {
    private static final Profile ADA = new Profile("ada", "Ada", "", "", "");
    private static final Profile BOB = new Profile("bob", "Bob", "", "", "");

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();

    private FakeClient enter(FakeCluster.Node node, Profile user) {
        FakeClient client = node.enterAs(user, new byte[0]);
        cluster.settle();
        return client;
    }

    private List<FakeClient> fill() {
        List<FakeClient> clients = new ArrayList<>();
        for (int i = 0; i < FakeCluster.USER_BOARD_MEMBERS; i++) {
            clients.add(enter(i % 2 == 0 ? one : two, ADA));
        }
        assertThat(clients).allMatch(client -> client.lost == null);
        return clients;
    }

    @Test
    void aUserHasSoManyMembersOnABoardOverAllNodesAndOthersStillComeIn() {
        List<FakeClient> clients = fill();
        assertThat(enter(one, ADA).lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        assertThat(enter(two, ADA).lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        assertThat(enter(one, BOB).lost).isNull();
        clients.get(1).leave();
        cluster.settle();
        assertThat(enter(one, ADA).lost).as("one has left").isNull();
        assertThat(enter(one, ADA).lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
    }

    @Test
    void aResumeIsNoMemberMore() {
        List<FakeClient> clients = fill();
        clients.get(0).seat.lose();
        cluster.settle();
        assertThat(enter(one, ADA).lost).as("in grace it counts").isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        FakeClient back = two.enterAs(ADA, clients.get(0).key());
        cluster.settle();
        assertThat(back.lost).isNull();
        assertThat(FakeClient.id(back.me()))
                .isEqualTo(FakeClient.id(clients.get(0).me()));
    }

    @Test
    void observersCountUntilTheyLeaveOrAreKicked() {
        List<FakeClient> observers = new ArrayList<>();
        for (int i = 0; i < FakeCluster.USER_BOARD_MEMBERS; i++) {
            observers.add(one.observe(ADA));
        }
        cluster.settle();
        FakeClient tooMany = one.observe(ADA);
        cluster.settle();
        assertThat(tooMany.lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        assertThat(enter(one, ADA).lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        observers.get(0).seat.leave(LeaveReason.LEFT);
        observers.get(1).seat.lose();
        cluster.settle();
        assertThat(enter(one, ADA).lost).isNull();
        assertThat(enter(one, ADA).lost).isNull();
        assertThat(enter(one, ADA).lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        one.boards.kick(new Kick(FakeCluster.BOARD, null, "ada", "", 0));
        cluster.settle();
        fill();
    }

    @Test
    void aUserHasSoManyMembersOnANodeOverAllBoards() {
        for (int i = 0; i < FakeCluster.USER_NODE_MEMBERS; i++) {
            FakeClient client = one.enterAs(ADA, new BoardId("b" + i));
            cluster.settle();
            assertThat(client.lost).isNull();
        }
        FakeClient tooMany = one.enterAs(ADA, new BoardId("more"));
        FakeClient bob = one.enterAs(BOB, new BoardId("more"));
        FakeClient elsewhere = two.enterAs(ADA, new BoardId("more"));
        cluster.settle();
        assertThat(tooMany.lost).isEqualTo(ErrorCode.TOO_MANY_SESSIONS);
        assertThat(bob.lost).isNull();
        assertThat(elsewhere.lost).isNull();
    }

    @Test
    void userIdsWithoutATokenAreNotCounted() {
        for (int i = 0; i < 2 * FakeCluster.USER_BOARD_MEMBERS; i++) {
            FakeClient client = one.enter(ADA, Status.ACTIVE, Map.of(), new byte[0], false);
            cluster.settle();
            assertThat(client.lost).isNull();
        }
        assertThat(enter(one, BOB).lost).isNull();
    }
}
