package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.admin.PresenceQueries;
import presence.model.BoardId;
import presence.model.Member;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Queries to one node about the whole cluster. */
@WithRedis
class QueriesIT {
    private final Map<String, String> settings;

    QueriesIT(TestRedis redis) {
        settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "t-" + UUID.randomUUID(),
                "PRESENCE_NODE_HEARTBEAT_MS",
                "250",
                "PRESENCE_NODE_LEASE_MS",
                "1000");
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static List<String> names(PresenceQueries queries, String board) {
        return get(queries.whoIsOn(new BoardId(board))).stream()
                .map(Member::profile)
                .map(profile -> profile.name())
                .sorted()
                .toList();
    }

    @Test
    void oneNodeAnswersForAll() {
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings);
                TestClient ada = TestClient.join(one.ws(), "left", "Ada");
                TestClient bob = TestClient.join(two.ws(), "left", "Bob");
                TestClient cleo = TestClient.join(two.ws(), "right", "Cleo")) {
            ada.awaitNames("Ada", "Bob");
            PresenceQueries queries = one.queries();
            await().untilAsserted(() -> {
                assertThat(names(queries, "left")).containsExactly("Ada", "Bob");
                assertThat(names(queries, "right"))
                        .as("a board this node does not follow")
                        .containsExactly("Cleo");
                assertThat(names(queries, "empty")).isEmpty();
                assertThat(get(queries.boards())).isEqualTo(Set.of(new BoardId("left"), new BoardId("right")));
                assertThat(get(queries.online(List.of("user-Ada", "user-Cleo", "absent"))))
                        .isEqualTo(Set.of("user-Ada", "user-Cleo"));
                assertThat(get(queries.sessions("user-Cleo"))).singleElement().satisfies(found -> {
                    assertThat(found.node()).hasToString(two.id());
                    assertThat(found.session().board()).isEqualTo(new BoardId("right"));
                });
                assertThat(get(queries.counts())).isEqualTo(new PresenceQueries.Counts(2, 3, 3, 3, 2));
            });
            assertThat(bob.complaints()).isEmpty();
        }
    }

    @Test
    void theUsersOfAKilledNodeGoOfflineUnlessTheyAreElsewhere() {
        try (TestNode survivor = TestNode.start(settings);
                NodeProcess victim = NodeProcess.start(settings);
                TestClient ada = TestClient.join(survivor.ws(), "left", "Ada");
                TestClient bob = TestClient.join(victim.ws(), "right", "Bob")) {
            Queue<String> heard = new ConcurrentLinkedQueue<>();
            survivor.queries().listen((user, online) -> heard.add(user + (online ? " on" : " off")));
            await().until(() -> get(survivor.queries().online(List.of("user-Ada", "user-Bob")))
                            .size()
                    == 2);
            victim.close();
            await().untilAsserted(() -> assertThat(heard).contains("user-Bob off"));
            assertThat(heard).doesNotContain("user-Ada off");
            assertThat(get(survivor.queries().online(List.of("user-Ada", "user-Bob"))))
                    .isEqualTo(Set.of("user-Ada"));
        }
    }
}
