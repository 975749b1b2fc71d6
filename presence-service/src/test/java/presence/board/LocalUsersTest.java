package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.ClusterDirectory;
import presence.model.LocatedSession;
import presence.model.Profile;
import presence.model.Status;
import presence.wire.ClientEvent;

/** Users over the boards, nodes and time of a fake cluster. */
class LocalUsersTest {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node one = cluster.newNode();
    private final FakeCluster.Node two = cluster.newNode();
    private final ClusterDirectory directory = one.bus.directory();
    private final List<String> received = new ArrayList<>();

    @BeforeEach
    void listen() {
        directory.listen((user, online) -> received.add(user + (online ? " on" : " off")));
    }

    private static FakeClient join(FakeCluster.Node node, String user, String device) {
        return node.enter(new Profile(user, "n", "", "", device), Status.ACTIVE, Map.of(), new byte[0], false);
    }

    private List<LocatedSession> sessions(String user) {
        return directory.sessions(user).toCompletableFuture().join();
    }

    @Test
    void theFirstSessionOfAllNodesBringsAUserOnlineAndTheLastTakesThemOff() {
        FakeClient phone = join(one, "ada", "phone");
        cluster.settle();
        FakeClient desk = join(two, "ada", "desktop");
        cluster.settle();
        assertThat(sessions("ada"))
                .extracting(session -> session.session().device())
                .containsExactlyInAnyOrder("phone", "desktop");
        phone.leave();
        cluster.pass(5_000);
        assertThat(received).containsExactly("ada on");
        desk.leave();
        cluster.pass(LocalUsers.LINGER_MS - 200);
        assertThat(received).containsExactly("ada on");
        assertThat(sessions("ada")).isEmpty();
        cluster.pass(500);
        assertThat(received).containsExactly("ada on", "ada off");
    }

    @Test
    void aUserWhoReturnsWithinTheLingerIsNotReportedOffline() {
        for (int round = 0; round < 3; round++) {
            FakeClient tab = join(round % 2 == 0 ? one : two, "ada", "");
            cluster.settle();
            tab.leave();
            cluster.pass(LocalUsers.LINGER_MS / 2);
        }
        assertThat(received).containsExactly("ada on");
        cluster.pass(3_000);
        assertThat(received).containsExactly("ada on", "ada off");
    }

    @Test
    void aUserWhoReturnsWithinTheLingerAndStaysIsOnline() {
        FakeClient tab = join(one, "ada", "");
        cluster.settle();
        tab.leave();
        cluster.pass(LocalUsers.LINGER_MS / 2);
        join(one, "ada", "");
        cluster.pass(3 * LocalUsers.LINGER_MS);
        assertThat(received).containsExactly("ada on");
        assertThat(sessions("ada")).hasSize(1);
    }

    @Test
    void aLostConnectionIsAnAwaySessionUntilTheGraceIsOver() {
        FakeClient tab = join(one, "ada", "phone");
        cluster.settle();
        tab.seat.lose();
        cluster.settle();
        assertThat(sessions("ada"))
                .singleElement()
                .satisfies(session -> assertThat(session.session().status()).isEqualTo(Status.AWAY));
        cluster.pass(FakeCluster.GRACE_MS + LocalUsers.LINGER_MS + 500);
        assertThat(received).containsExactly("ada on", "ada off");
    }

    @Test
    void aSessionThatIsTakenOverElsewhereMovesWithoutANotification() {
        FakeClient tab = join(one, "ada", "phone");
        cluster.settle();
        two.resume(tab.key());
        cluster.pass(5_000);
        assertThat(sessions("ada"))
                .singleElement()
                .satisfies(session -> assertThat(session.node()).isEqualTo(two.bus.node()));
        assertThat(received).containsExactly("ada on");
    }

    @Test
    void membersWithoutAUserIdBelongToNoUser() {
        join(one, "", "phone");
        cluster.settle();
        assertThat(received).isEmpty();
        assertThat(directory.usersOnline().toCompletableFuture().join()).isZero();
    }

    @Test
    void aMemberThatChangesItsUserIdChangesUsers() {
        FakeClient tab = join(one, "ada", "phone");
        cluster.settle();
        tab.seat.patch(new ClientEvent.StatePatch(
                ClientEvent.NO_REQUEST_ID, 0, Map.of(), List.of(), new Profile("bob", "n", "", "", ""), Status.BUSY));
        cluster.pass(5_000);
        assertThat(received).containsExactlyInAnyOrder("ada on", "bob on", "ada off");
        assertThat(sessions("bob"))
                .singleElement()
                .satisfies(session -> assertThat(session.session().status()).isEqualTo(Status.BUSY));
    }
}
