package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.proto.Error;
import presence.proto.Join;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.StatePatch;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.crypto.Tokens;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** A client with its resume key gets its member back, however often; a client with an unknown key does not. */
@WithRedis
class ResumeLimitsIT {
    private static final String SAME_NODE = "presence_resumes_total{kind=\"same_node\"}";
    private static final String JOINS = "presence_limited_total{limit=\"joins\"}";

    private final TestRedis redis;

    ResumeLimitsIT(TestRedis redis) {
        this.redis = redis;
    }

    private TestNode withTokens(String joinsPerMinute) {
        return TestNode.start(Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "t-" + UUID.randomUUID(),
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_SECRET",
                Tokens.SECRET,
                "PRESENCE_JOINS_PER_MINUTE",
                joinsPerMinute));
    }

    private static List<Roster> rosters(TestClient client) {
        return client.frames().stream()
                .filter(ServerFrame::hasRoster)
                .map(ServerFrame::getRoster)
                .toList();
    }

    private static void join(TestClient client, String board, ByteString key) {
        client.send(frame ->
                frame.setId(9).setJoin(Join.newBuilder().setBoard(board).setResumeKey(key)));
    }

    private static ByteString madeUpKey() {
        return ByteString.copyFromUtf8(UUID.randomUUID().toString().substring(0, 16));
    }

    /** The resume keys of a client's members, one per board. */
    private static List<ByteString> enter(TestClient client, List<String> boards, List<ByteString> keys) {
        for (int i = 0; i < boards.size(); i++) {
            join(client, boards.get(i), keys.get(i));
        }
        client.await(
                "all rosters",
                () -> rosters(client).size() == boards.size()
                        || !client.errors().isEmpty());
        assertThat(client.errors()).isEmpty();
        return boards.stream()
                .map(board -> rosters(client).stream()
                        .filter(roster -> roster.getBoard().equals(board))
                        .findFirst()
                        .orElseThrow()
                        .getResumeKey())
                .toList();
    }

    @Test
    void aUserThatReconnectsWithManyBoardsRepeatedlyKeepsItsMembers() {
        List<String> boards = new ArrayList<>();
        List<ByteString> none = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            boards.add("b" + i);
            none.add(ByteString.EMPTY);
        }
        try (TestNode node = withTokens("17")) {
            TestClient client = TestClient.connect(node.ws(), Tokens.of("ada"));
            List<ByteString> keys = enter(client, boards, none);
            for (int reconnect = 0; reconnect < 8; reconnect++) {
                client.abort();
                client = TestClient.connect(node.ws(), Tokens.of("ada"));
                assertThat(enter(client, boards, keys)).isEqualTo(keys);
            }
            assertThat(node.metric(SAME_NODE)).isEqualTo(8 * 16);
            client.closeNormally();
            // One join was left; now none is.
            try (TestClient last = TestClient.connect(node.ws(), Tokens.of("ada"));
                    TestClient tooMany = TestClient.connect(node.ws(), Tokens.of("ada"))) {
                enter(last, List.of("more"), List.of(ByteString.EMPTY));
                join(tooMany, "more", ByteString.EMPTY);
                tooMany.await("an error", () -> !tooMany.errors().isEmpty());
                assertThat(tooMany.errors().get(0).getCode()).isEqualTo("rate_limited");
            }
        }
    }

    @Test
    void aKeyThatIsOfNoMemberCountsAsAJoinOfTheUser() {
        try (TestNode node = withTokens("3")) {
            for (int i = 0; i < 3; i++) {
                try (TestClient client = TestClient.connect(node.ws(), Tokens.of("eve"))) {
                    enter(client, List.of("b"), List.of(madeUpKey()));
                }
            }
            try (TestClient client = TestClient.connect(node.ws(), Tokens.of("eve"));
                    TestClient bob = TestClient.connect(node.ws(), Tokens.of("bob"))) {
                join(client, "b", madeUpKey());
                client.send(frame -> frame.setState(StatePatch.newBuilder().putSet("a", madeUpKey())));
                client.await("an error", () -> !client.errors().isEmpty());
                Error error = client.errors().get(0);
                assertThat(error.getCode()).isEqualTo("rate_limited");
                assertThat(error.getMessage()).contains("resume key");
                assertThat(error.getRetryAfterMs()).isBetween(1, 60_000);
                assertThat(error.getInReplyTo()).isEqualTo(9);
                assertThat(node.metric(JOINS)).isEqualTo(1);
                assertThat(client.closeCode()).as("the connection stays").isEqualTo(-1);
                enter(bob, List.of("b"), List.of(madeUpKey()));
                // Refused before it is counted.
                assertThat(node.metric("presence_members_local")).isLessThanOrEqualTo(4);
            }
        }
    }

    @Test
    void framesBehindAJoinWithAnUnknownKeyWaitForItsCount() {
        try (TestNode node = withTokens("30");
                TestClient bob = TestClient.connect(node.ws(), Tokens.of("bob"));
                TestClient ada = TestClient.connect(node.ws(), Tokens.of("ada"))) {
            enter(bob, List.of("b"), List.of(ByteString.EMPTY));
            join(ada, "b", madeUpKey());
            for (int i = 0; i < 80; i++) {
                ByteString value = ByteString.copyFromUtf8("" + i);
                ada.send(frame -> frame.setState(StatePatch.newBuilder().putSet("n", value)));
            }
            bob.await(
                    "the last state",
                    () -> bob.members().stream()
                            .anyMatch(member -> member.getStateMap()
                                    .getOrDefault("n", ByteString.EMPTY)
                                    .toStringUtf8()
                                    .equals("79")));
            assertThat(ada.errors()).isEmpty();
        }
    }

    @Test
    void aClientThatLeavesBeforeItsKeyIsCountedIsNoMember() {
        try (TestNode node = withTokens("1000")) {
            for (int i = 0; i < 20; i++) {
                try (TestClient client = TestClient.connect(node.ws(), Tokens.of("ada"))) {
                    join(client, "b", madeUpKey());
                    client.leave();
                }
            }
            TestClient bob = TestClient.connect(node.ws(), Tokens.of("bob"));
            enter(bob, List.of("b"), List.of(ByteString.EMPTY));
            bob.await("no other member", () -> bob.members().size() == 1);
            bob.closeNormally();
            bob.await("no member is left", () -> node.metric("presence_members_local") == 0);
        }
    }

    @Test
    void aConnectionResumesManyBoardsAtOnceAndCannotJoinMoreWithMadeUpKeys() {
        try (TestNode node = TestNode.start(Map.of("PRESENCE_JOINS_PER_SECOND", "4"))) {
            List<String> boards = new ArrayList<>();
            List<ByteString> keys = new ArrayList<>();
            List<TestClient> before = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                boards.add("b" + i);
                TestClient client = TestClient.connect(node.ws());
                before.add(client);
                keys.addAll(enter(client, List.of("b" + i), List.of(ByteString.EMPTY)));
            }
            before.forEach(TestClient::abort);
            try (TestClient client = TestClient.connect(node.ws());
                    TestClient liar = TestClient.connect(node.ws())) {
                assertThat(enter(client, boards, keys)).isEqualTo(keys);
                for (int i = 0; i < 16; i++) {
                    join(liar, "b" + i, madeUpKey());
                }
                liar.await(
                        "all answers",
                        () -> rosters(liar).size() + liar.errors().size() == 16);
                // Eight at once, and four for each elapsed second.
                assertThat(liar.errors()).isNotEmpty().allSatisfy(error -> {
                    assertThat(error.getCode()).isEqualTo("rate_limited");
                    assertThat(error.getMessage()).contains("resume key");
                });
            }
        }
    }
}
