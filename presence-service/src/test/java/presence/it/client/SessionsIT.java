package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.Member;
import presence.proto.Join;
import presence.proto.LeaveReason;
import presence.proto.Left;
import presence.proto.Status;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Members outlive their sockets: real ones, on one node and across two. */
@WithRedis
@Tag("waiting")
class SessionsIT {
    private static final String BOARD = "board-42";
    private static final int REPLACED = 4409;

    private final Map<String, String> settings = new HashMap<>();
    private final List<AutoCloseable> nodes = new ArrayList<>();

    SessionsIT(TestRedis redis) {
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PREFIX", "t-" + UUID.randomUUID());
        settings.put("PRESENCE_LINGER_SECONDS", "0");
    }

    private TestNode node() {
        TestNode node = TestNode.start(settings);
        nodes.add(node);
        return node;
    }

    private NodeProcess process(String drainMs) {
        Map<String, String> draining = new HashMap<>(settings);
        draining.put("PRESENCE_DRAIN_MS", drainMs);
        NodeProcess node = NodeProcess.start(draining);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable node : nodes) {
            node.close();
        }
    }

    private static void assertNoJoinsOrLeaves(TestClient watcher, int joined) {
        assertThat(watcher.leftSeen()).isZero();
        assertThat(watcher.joinedSeen()).isEqualTo(joined);
        assertThat(watcher.complaints()).isEmpty();
    }

    /** Waits until Redis has the state that a client was shown: its write may be under way. */
    private static void awaitSameVersion(String name, TestNode having, TestNode reading) {
        await().until(() -> version(name, reading) == version(name, having));
    }

    private static long version(String name, TestNode node) {
        return node.queries().whoIsOn(new BoardId(BOARD)).toCompletableFuture().join().stream()
                .filter(member -> member.profile().name().equals(name))
                .mapToLong(Member::version)
                .findFirst()
                .orElse(-1);
    }

    private static List<LeaveReason> reasons(TestClient watcher) {
        return watcher.frames().stream()
                .flatMap(frame -> frame.getChange().getLeftList().stream())
                .map(Left::getReason)
                .toList();
    }

    @Test
    void aBrokenConnectionIsResumedOnTheSameNode() {
        TestNode one = node();
        try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            bob.awaitNames("Ada", "Bob");
            ada.cursor(16, 32);
            bob.awaitCursor("Ada", 16, 32);
            ada.abort();
            bob.await("away", () -> bob.sees("Ada", Status.STATUS_AWAY));
            try (TestClient again = TestClient.resume(one.ws(), ada)) {
                bob.await("active", () -> bob.sees("Ada", Status.STATUS_ACTIVE));
                again.awaitNames("Ada", "Bob");
                again.awaitCursor("Ada", 16, 32);
                assertThat(again.roster().getYou()).isEqualTo(ada.roster().getYou());
                assertThat(again.roster().getResumeKey()).isEqualTo(ada.roster().getResumeKey());
                again.cursor(48, 64);
                bob.awaitCursor("Ada", 48, 64);
            }
            assertNoJoinsOrLeaves(bob, 1);
            assertThat(one.metric("presence_resumes_total{kind=\"same_node\"}")).isEqualTo(1);
        }
    }

    @Test
    void aBrokenConnectionIsResumedOnANodeThatDidNotEvenHaveTheBoard() {
        TestNode one = node();
        TestNode two = node();
        try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            bob.awaitNames("Ada", "Bob");
            ada.cursor(16, 32);
            bob.awaitCursor("Ada", 16, 32);
            awaitSameVersion("Ada", one, two);
            ada.abort();
            try (TestClient again = TestClient.resume(two.ws(), ada)) {
                assertThat(again.roster().getResumeKey()).isEqualTo(ada.roster().getResumeKey());
                again.awaitNames("Ada", "Bob");
                bob.await("active", () -> bob.sees("Ada", Status.STATUS_ACTIVE));
                again.cursor(48, 64);
                bob.awaitCursor("Ada", 48, 64);
                await().untilAsserted(
                                () -> assertThat(one.metric("presence_resumes_total{kind=\"taken_over_elsewhere\"}"))
                                        .isEqualTo(1));
                assertThat(two.metric("presence_resumes_total{kind=\"taken_over_here\"}"))
                        .isEqualTo(1);
                again.abort();
                bob.await("away", () -> bob.sees("Ada", Status.STATUS_AWAY));
                try (TestClient back = TestClient.resume(one.ws(), again)) {
                    back.cursor(80, 96);
                    bob.awaitCursor("Ada", 80, 96);
                    assertThat(back.roster().getYou()).isEqualTo(ada.roster().getYou());
                }
            }
            assertNoJoinsOrLeaves(bob, 1);
        }
    }

    @Test
    void aMemberThatLosesItsConnectionIsAwayAndThenRemoved() {
        settings.put("PRESENCE_HEARTBEAT_MS", "1000");
        settings.put("PRESENCE_GRACE_MS", "3000");
        TestNode one = node();
        try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            bob.awaitNames("Ada", "Bob");
            ada.vanish();
            bob.await("away", () -> bob.sees("Ada", Status.STATUS_AWAY));
            bob.awaitNames("Bob");
            assertThat(reasons(bob)).containsExactly(LeaveReason.LEAVE_REASON_TIMED_OUT);
            assertThat(one.metric("presence_graces_expired_total")).isEqualTo(1);
        }
    }

    @Test
    void aNormalCloseRemovesTheMemberAndAnotherCodeMakesItAway() {
        TestNode one = node();
        try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient cleo = TestClient.join(one.ws(), BOARD, "Cleo")) {
            bob.awaitNames("Ada", "Bob", "Cleo");
            ada.closeNormally();
            bob.awaitNames("Bob", "Cleo");
            assertThat(reasons(bob)).containsExactly(LeaveReason.LEAVE_REASON_LEFT);
            cleo.socket().sendClose(4001, "page asleep").join();
            bob.await("away", () -> bob.sees("Cleo", Status.STATUS_AWAY));
            try (TestClient stranger = TestClient.resume(one.ws(), ada)) {
                assertThat(stranger.roster().getResumeKey())
                        .isNotEqualTo(ada.roster().getResumeKey());
            }
        }
    }

    @Test
    void aSecondConnectionWithTheKeyReplacesTheFirstOnAnyNode() {
        TestNode one = node();
        TestNode two = node();
        try (TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            bob.awaitNames("Ada", "Bob");
            try (TestClient twin = TestClient.resume(one.ws(), ada)) {
                assertThat(ada.awaitClose()).isEqualTo(REPLACED);
                awaitSameVersion("Ada", one, two);
                try (TestClient third = TestClient.resume(two.ws(), ada)) {
                    assertThat(twin.awaitClose()).isEqualTo(REPLACED);
                    third.cursor(1, 2);
                    bob.awaitCursor("Ada", 1, 2);
                    assertThat(third.closeCode()).isNegative();
                }
            }
            assertNoJoinsOrLeaves(bob, 1);
        }
    }

    @Test
    void replacedOnOneOfTwoBoardsOnlyThatOneEnds() {
        TestNode one = node();
        try (TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(one.ws(), "other", "Bob")) {
            int ref = ada.roster().getBoardRef();
            // The test client keeps the roster of the board it joined last.
            ByteString resumeKey = ada.roster().getResumeKey();
            try (TestClient twin = TestClient.connect(one.ws())) {
                ada.join("other", "Ada");
                bob.awaitNames("Ada", "Bob");
                twin.send(
                        frame -> frame.setJoin(Join.newBuilder().setBoard(BOARD).setResumeKey(resumeKey)));
                ada.await("replaced", () -> !ada.errors().isEmpty());
                assertThat(ada.errors().get(0).getCode()).isEqualTo("replaced");
                assertThat(ada.errors().get(0).getBoardRef()).isEqualTo(ref);
                ada.cursor(7, 8);
                bob.awaitCursor("Ada", 7, 8);
                assertThat(ada.closeCode()).isNegative();
            }
        }
    }

    @Test
    void aNodeThatStopsHandsItsMembersOver() {
        NodeProcess ending = process("20000");
        TestNode staying = node();
        try (TestClient watcher = TestClient.join(staying.ws(), BOARD, "Watcher");
                TestClient ada = TestClient.join(ending.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(ending.ws(), BOARD, "Bob")) {
            watcher.awaitNames("Ada", "Bob", "Watcher");
            ending.terminate();
            for (TestClient client : List.of(ada, bob)) {
                client.await("asked to leave", () -> client.goingAway() != null);
                assertThat(client.goingAway().getReconnectAfterMs()).isBetween(500, 510);
            }
            // Served as before until they leave.
            ada.cursor(3, 4);
            watcher.awaitCursor("Ada", 3, 4);
            try (TestClient adaAgain = TestClient.resume(staying.ws(), ada);
                    TestClient bobAgain = TestClient.resume(staying.ws(), bob)) {
                assertThat(List.of(ada.awaitClose(), bob.awaitClose()))
                        .as("taken over before their time was over")
                        .containsOnly(4409);
                assertThat(ending.waitFor(Duration.ofSeconds(15)))
                        .as("without members it does not wait for the end of the drain")
                        .isZero();
                watcher.await(
                        "active",
                        () -> watcher.sees("Ada", Status.STATUS_ACTIVE) && watcher.sees("Bob", Status.STATUS_ACTIVE));
                adaAgain.awaitNames("Ada", "Bob", "Watcher");
                bobAgain.cursor(5, 6);
                watcher.awaitCursor("Bob", 5, 6);
                assertNoJoinsOrLeaves(watcher, 2);
            }
        }
    }

    @Test
    void aNodeThatStopsWaitsForItsMembersNoLongerThanTheirGrace() {
        settings.put("PRESENCE_GRACE_MS", "1000");
        NodeProcess ending = process("10000");
        NodeProcess empty = process("600000");
        TestNode staying = node();
        empty.terminate();
        try (TestClient watcher = TestClient.join(staying.ws(), BOARD, "Watcher");
                TestClient ada = TestClient.join(ending.ws(), BOARD, "Ada")) {
            watcher.awaitNames("Ada", "Watcher");
            ending.terminate();
            assertThat(ada.awaitClose()).as("does not leave by itself").isEqualTo(1012);
            watcher.awaitNames("Watcher");
            assertThat(reasons(watcher)).containsExactly(LeaveReason.LEAVE_REASON_TIMED_OUT);
            assertThat(ending.waitFor(Duration.ofSeconds(9))).isZero();
        }
        assertThat(empty.waitFor(Duration.ofSeconds(15))).isZero();
    }
}
