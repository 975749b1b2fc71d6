package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Change;
import presence.proto.Counts;
import presence.proto.Error;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.RosterPage;
import presence.proto.ServerFrame;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Clients that get the roster of a board in parts, with members of two nodes. */
@WithRedis
class PagedRosterIT {
    private static final String BOARD = "hall";
    private static final int MEMBERS = 12;
    private static final int LIMIT = 4;

    private final Map<String, String> settings;

    PagedRosterIT(TestRedis redis) {
        settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "t-" + UUID.randomUUID(),
                "PRESENCE_MAX_ROSTER_LIMIT",
                "50");
    }

    private static TestClient join(TestNode node, String name, int rosterLimit) {
        TestClient client = TestClient.connect(node.ws());
        client.send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard(BOARD)
                .setProfile(Profile.newBuilder().setName(name))
                .setCounts(true)
                .setRosterLimit(rosterLimit)));
        client.await("roster", client::isComplete);
        return client;
    }

    private static void ask(TestClient client, int from, int limit) {
        client.send(frame -> frame.setId(9)
                .setRosterPage(RosterPage.newBuilder().setFrom(from).setLimit(limit)));
    }

    private static List<Change> pages(TestClient client) {
        return client.frames().stream()
                .filter(frame -> frame.hasChange() && frame.getChange().hasPage())
                .map(ServerFrame::getChange)
                .toList();
    }

    private static boolean isCounted(TestClient client, int members) {
        return client.frames().stream()
                .filter(ServerFrame::hasCounts)
                .map(ServerFrame::getCounts)
                .mapToInt(Counts::getMembers)
                .anyMatch(count -> count == members);
    }

    private static Error firstError(TestClient client) {
        client.await("an error", () -> !client.errors().isEmpty());
        return client.errors().get(0);
    }

    @Test
    void membersAreToldWhenTheyMoveWhenTheySignalAndPageByPage() throws Exception {
        List<TestClient> members = new ArrayList<>();
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings)) {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(TestClient.join((i % 2 == 0 ? one : two).ws(), BOARD, "m" + i));
            }
            TestClient all = members.get(0);
            all.await("everybody", () -> all.members().size() == MEMBERS);
            TestClient viewer = join(one, "viewer", LIMIT);
            members.add(viewer);
            assertThat(viewer.roster().getTotal()).isEqualTo(MEMBERS + 1);
            assertThat(viewer.members()).hasSize(LIMIT);
            assertThat(viewer.self()).isNotNull();
            assertThat(one.metric("presence_rosters_paged")).isEqualTo(1);

            int mover = unknown(viewer, 1);
            members.get(mover).cursor(160, -320);
            viewer.awaitCursor("m" + mover, 160, -320);
            int sender = unknown(viewer, 1);
            members.get(sender)
                    .send(frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
            viewer.await("the signal", () -> viewer.signals().size() == 1);
            assertThat(viewer.member("m" + sender)).isNotNull();
            assertThat(viewer.members()).hasSize(LIMIT + 2);

            int leaving = unknown(viewer, 0);
            members.get(leaving).leave();
            viewer.await("its leave in the counts", () -> isCounted(viewer, MEMBERS));
            assertThat(viewer.leftSeen()).isZero();

            ask(viewer, 0, 3);
            viewer.await("a page", () -> pages(viewer).size() == 1);
            Change page = pages(viewer).get(0);
            assertThat(page.getJoinedCount()).isEqualTo(3);
            assertThat(page.getPage().getInReplyTo()).isEqualTo(9);
            assertThat(page.getPage().getTotal()).isEqualTo(MEMBERS);
            ask(viewer, page.getPage().getNext(), 50);
            viewer.await("everybody", () -> viewer.members().size() == MEMBERS);
            assertThat(viewer.names()).isEqualTo(members.get(1).names());
            assertThat(pages(viewer).get(1).getPage().getNext()).isZero();

            try (TestClient again = TestClient.resume(two.ws(), viewer)) {
                assertThat(again.members()).as("a join without a limit").hasSize(MEMBERS);
                assertThat(again.self().getMemberId()).isEqualTo(viewer.self().getMemberId());
            }
            assertThat(viewer.complaints()).isEmpty();
        } finally {
            members.forEach(TestClient::close);
        }
    }

    /** Returns the number of a member that the viewer was not told. */
    private static int unknown(TestClient viewer, int remainder) {
        int number = remainder;
        while (viewer.member("m" + number) != null) {
            number += 2;
        }
        assertThat(number).isLessThan(MEMBERS);
        return number;
    }

    @Test
    void whatIsBeyondALimitIsRefusedByName() {
        try (TestNode node = TestNode.start(settings);
                TestClient greedy = TestClient.connect(node.ws());
                TestClient whole = join(node, "whole", 0);
                TestClient client = join(node, "client", LIMIT)) {
            greedy.send(frame ->
                    frame.setId(3).setJoin(Join.newBuilder().setBoard(BOARD).setRosterLimit(51)));
            assertThat(firstError(greedy).getCode()).isEqualTo("roster_page_invalid");
            assertThat(firstError(greedy).getInReplyTo()).isEqualTo(3);
            assertThat(firstError(greedy).getMessage()).isEqualTo("roster_limit is 51, the limit is 50");
            ask(whole, 0, 0);
            assertThat(firstError(whole).getCode()).isEqualTo("roster_page_invalid");
            assertThat(whole.roster().hasTotal()).isFalse();
            for (int i = 0; i < 30; i++) {
                ask(client, 0, 0);
            }
            assertThat(firstError(client).getCode()).isEqualTo("rate_limited");
            assertThat(firstError(client).getMessage()).startsWith("more than 10 roster pages");
            assertThat(firstError(client).getRetryAfterMs()).isPositive();
            assertThat(node.metric("presence_limited_total{limit=\"roster_pages\"}"))
                    .isPositive();
            assertThat(client.complaints()).isEmpty();
        }
    }
}
