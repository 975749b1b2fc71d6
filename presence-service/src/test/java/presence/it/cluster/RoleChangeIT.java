package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Change;
import presence.proto.Counts;
import presence.proto.Cursor;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** A client that joins the board it is on as the other kind. */
@WithRedis
class RoleChangeIT {
    private static final String BOARD = "stage";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<String, String> settings;

    RoleChangeIT(TestRedis redis) {
        settings = Map.of("REDIS_URL", redis.url(), "PRESENCE_PREFIX", "t-" + UUID.randomUUID());
    }

    private static void enter(TestClient client, String name, boolean observer) {
        client.send(frame -> frame.setId(7)
                .setJoin(Join.newBuilder()
                        .setBoard(BOARD)
                        .setObserver(observer)
                        .setCounts(true)
                        .setProfile(Profile.newBuilder().setName(name).setUserId("user-" + name))));
    }

    private static List<Roster> rosters(TestClient client) {
        return client.frames().stream()
                .filter(ServerFrame::hasRoster)
                .map(ServerFrame::getRoster)
                .toList();
    }

    private static void awaitRosters(TestClient client, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rosters(client)).hasSize(count));
    }

    private static void awaitCounts(TestClient client, int members, int observers) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.frames().stream()
                                .filter(ServerFrame::hasCounts)
                                .map(ServerFrame::getCounts)
                                .reduce((before, last) -> last)
                                .map(Counts::toBuilder)
                                .map(counts -> counts.getMembers() + " " + counts.getObservers()))
                        .hasValue(members + " " + observers));
    }

    private static long joined(TestClient client) {
        return client.frames().stream()
                .map(ServerFrame::getChange)
                .mapToLong(Change::getJoinedCount)
                .sum();
    }

    private static long left(TestClient client) {
        return client.frames().stream()
                .map(ServerFrame::getChange)
                .mapToLong(Change::getLeftCount)
                .sum();
    }

    @Test
    void anObserverBecomesAMemberAndBackOnBothNodes() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient bob = TestClient.connect(two.ws());
                TestClient eve = TestClient.connect(one.ws())) {
            enter(bob, "Bob", false);
            awaitRosters(bob, 1);
            enter(eve, "Eve", true);
            awaitRosters(eve, 1);
            awaitCounts(bob, 1, 1);

            enter(eve, "Eve", false);
            // Right behind, as behind any join.
            eve.send(frame -> frame.setCursor(Cursor.newBuilder().setX(160).setY(320)));
            awaitRosters(eve, 2);
            Roster asMember = rosters(eve).get(1);
            assertThat(asMember.getYou()).isPositive();
            assertThat(asMember.getResumeKey().size()).isPositive();
            assertThat(asMember.getMembersCount()).isEqualTo(2);
            awaitCounts(bob, 2, 0);
            awaitCounts(eve, 2, 0);
            bob.awaitCursor("Eve", 160, 320);

            enter(eve, "Eve", true);
            awaitRosters(eve, 3);
            assertThat(rosters(eve).get(2).getYou()).isZero();
            assertThat(rosters(eve).get(2).getMembersCount()).isEqualTo(1);
            awaitCounts(bob, 1, 1);
            awaitCounts(eve, 1, 1);
            assertThat(joined(bob)).isEqualTo(1);
            assertThat(left(bob)).isEqualTo(1);
            assertThat(left(eve)).as("its own left").isZero();
            assertThat(eve.frames().stream()
                            .flatMap(frame -> frame.getChange().getJoinedList().stream())
                            .map(member -> member.getProfile().getName()))
                    .as("its own joined")
                    .doesNotContain("Eve");
        }
    }

    @Test
    void asTheSameKindItIsRefused() {
        try (TestNode one = TestNode.start(settings);
                TestClient eve = TestClient.connect(one.ws())) {
            enter(eve, "Eve", true);
            awaitRosters(eve, 1);
            enter(eve, "Eve", true);
            await().atMost(PATIENCE)
                    .until(() -> eve.frames().stream()
                            .anyMatch(frame -> frame.getError().getCode().equals("already_joined")
                                    && frame.getError().getInReplyTo() == 7));
            // Twice without waiting: the second one follows the first.
            enter(eve, "Eve", false);
            enter(eve, "Eve", true);
            await().atMost(PATIENCE)
                    .until(() -> rosters(eve).size() > 1
                            && rosters(eve).get(rosters(eve).size() - 1).getYou() == 0);
            eve.leave();
            eve.cursor(1, 1);
            await().atMost(PATIENCE)
                    .until(() -> eve.frames().stream()
                            .anyMatch(frame -> frame.getError().getCode().equals("not_joined")));
        }
    }
}
