package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.proto.Auth;
import presence.proto.Error;
import presence.proto.Heartbeat;
import presence.proto.ServerFrame;
import presence.proto.Watch;
import presence.proto.WatchedBoard;
import presence.testing.client.TestClient;
import presence.testing.crypto.Tokens;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;

/** Connections that watch boards: rights, limits, and life without a board. */
class WatchIT {
    private static TestClient watch(TestClient client, String... boards) {
        client.send(frame ->
                frame.setWatch(Watch.newBuilder().addAllBoard(List.of(boards)).setAvatars(3)));
        return client;
    }

    private static List<WatchedBoard> told(TestClient client, String board) {
        return client.frames().stream()
                .flatMap(frame -> frame.getWatched().getBoardsList().stream())
                .filter(entry -> entry.getBoard().equals(board))
                .toList();
    }

    private static WatchedBoard next(TestClient client, String board, int earlier) {
        client.await(board, () -> told(client, board).size() > earlier);
        return told(client, board).get(earlier);
    }

    private static Error awaitError(TestClient client, String code) {
        client.await(
                code,
                () -> client.errors().stream().anyMatch(error -> error.getCode().equals(code)));
        return client.errors().stream()
                .filter(error -> error.getCode().equals(code))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void boardsOfOneProcessAreWatchedWithoutRedis() {
        try (TestNode node = TestNode.alone();
                TestClient ada = TestClient.join(node.ws(), "b1", "Ada");
                TestClient watcher = watch(TestClient.connect(node.ws()), "b1", "b2")) {
            WatchedBoard before = next(watcher, "b1", 0);
            assertThat(before.getMembers()).isEqualTo(1);
            assertThat(before.getUsers()).isEqualTo(1);
            assertThat(before.getFirst(0).getName()).isEqualTo("Ada");
            assertThat(next(watcher, "b2", 0).getMembers()).isZero();
            assertThat(node.metric("presence_watched_boards")).isEqualTo(2);
            assertThat(node.metric("presence_watch_clients")).isEqualTo(1);
            ada.closeNormally();
            assertThat(next(watcher, "b1", 1).getMembers()).isZero();
            watch(watcher);
            await().untilAsserted(() ->
                    assertThat(node.metric("presence_watched_boards")).isZero());
            watch(watcher, "b3");
            await().untilAsserted(() ->
                    assertThat(node.metric("presence_watched_boards")).isEqualTo(1));
            watcher.abort();
            await().untilAsserted(() -> {
                assertThat(node.metric("presence_watched_boards")).isZero();
                assertThat(node.metric("presence_watch_clients")).isZero();
            });
        }
    }

    @Test
    void boardsWithoutTheRightAreNamedAndAFreshTokenIsApplied() {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_SECRET", Tokens.SECRET))) {
            String few = Tokens.of("Wim", Map.of("list", List.of("watch"), "seen", List.of("observe")), more -> {});
            try (TestClient watcher = watch(TestClient.connect(node.ws(), few), "list", "seen", "secret")) {
                assertThat(next(watcher, "list", 0).getError()).isEmpty();
                assertThat(next(watcher, "seen", 0).getError()).isEmpty();
                assertThat(next(watcher, "secret", 0))
                        .isEqualTo(WatchedBoard.newBuilder()
                                .setBoard("secret")
                                .setError("forbidden")
                                .build());
                assertThat(watcher.errors()).isEmpty();
                String other = Tokens.of("Wim", Map.of("s*", List.of("watch")), more -> {});
                watcher.send(frame -> frame.setAuth(Auth.newBuilder().setToken(other)));
                assertThat(next(watcher, "secret", 1).getError()).isEmpty();
                assertThat(next(watcher, "list", 1).getError()).isEqualTo("forbidden");
            }
        }
    }

    @Test
    void limitsAreRefusedByNameAndTheWatchBeforeGoesOn() {
        Map<String, String> settings = Map.of(
                "PRESENCE_MAX_WATCHED_BOARDS", "2",
                "PRESENCE_MAX_NODE_WATCHED_BOARDS", "3",
                "PRESENCE_WATCHES_PER_SECOND", "2");
        try (TestNode node = TestNode.start(settings);
                TestClient first = watch(TestClient.connect(node.ws()), "b1", "b2");
                TestClient second = TestClient.connect(node.ws())) {
            next(first, "b2", 0);
            watch(first, "b1", "b2", "b3");
            assertThat(awaitError(first, "too_many_watched").getMessage()).contains("3 boards", "limit is 2");
            watch(first, "b*");
            awaitError(first, "board_id_invalid");
            watch(second, "b3", "b4");
            assertThat(next(second, "b3", 0).getError()).isEmpty();
            assertThat(next(second, "b4", 0).getError()).isEqualTo("node_full");
            try (TestClient ada = TestClient.join(node.ws(), "b1", "Ada")) {
                assertThat(next(first, "b1", 1).getMembers()).isEqualTo(1);
                ada.closeNormally();
            }
            for (int i = 0; i < 10; i++) {
                watch(second, "b3");
            }
            assertThat(awaitError(second, "rate_limited").getRetryAfterMs()).isPositive();
        }
    }

    @Test
    void aConnectionThatOnlyWatchesStaysAndIsSentElsewhere() {
        Map<String, String> settings = Map.of(
                "PRESENCE_HEARTBEAT_MS", "500",
                "PRESENCE_FIRST_FRAME_TIMEOUT_MS", "500",
                "PRESENCE_DRAIN_MS", "20000",
                "PRESENCE_WATCH_INTERVAL_MS", "100");
        try (NodeProcess node = NodeProcess.start(settings)) {
            URI address = node.ws();
            TestClient watcher = watch(TestClient.connect(address), "b1");
            next(watcher, "b1", 0);
            // Far beyond the silence that closes a connection: 2.5 heartbeats.
            for (int i = 1; i <= 8; i++) {
                TestClient ada = TestClient.join(address, "b1", "Ada");
                next(watcher, "b1", 2 * i - 1);
                ada.closeNormally();
                next(watcher, "b1", 2 * i);
                watcher.send(frame -> frame.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));
            }
            watcher.await("an answer", () -> watcher.frames().stream().anyMatch(ServerFrame::hasHeartbeatAck));
            node.terminate();
            watcher.await("asked to leave", () -> watcher.goingAway() != null);
            watcher.closeNormally();
            assertThat(node.waitFor(Duration.ofSeconds(20))).isZero();
        }
    }
}
