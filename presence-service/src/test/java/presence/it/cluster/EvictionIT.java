package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Redis evicts keys, or keeps them too long: present members stay, and absent ones are removed. */
@Tag("redis")
class EvictionIT {
    private static final String BOARD = "evicted";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RedisServer redis = RedisServer.start();

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    private Map<String, String> settings() {
        return new HashMap<>(Map.of("REDIS_URL", redis.url(), "PRESENCE_GRACE_MS", "5000"));
    }

    private List<String> operator(String... command) {
        try {
            return Resp.require(redis.port(), command);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void evict(String pattern) {
        List<String> command = new ArrayList<>(List.of("DEL"));
        command.addAll(operator("KEYS", pattern));
        assertThat(command).as(pattern).hasSizeGreaterThan(1);
        operator(command.toArray(new String[0]));
    }

    private void awaitKeys(String pattern, int count) {
        await(pattern).atMost(SOON).until(() -> operator("KEYS", pattern).size() == count);
    }

    @Test
    void whoseSegmentWasThrownAwayHasNotLeft() {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            evict("presence:seg:*");
            // Both read the board again.
            operator("CLIENT", "KILL", "TYPE", "pubsub");
            awaitKeys("presence:seg:*", 2);
            try (TestClient cleo = TestClient.join(one.ws(), BOARD, "Cleo")) {
                bob.awaitNames("Ada", "Bob", "Cleo");
                ada.awaitNames("Ada", "Bob", "Cleo");
            }
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            assertThat(ada.leftSeen()).isEqualTo(1);
            assertThat(bob.leftSeen()).isEqualTo(1);
        }
    }

    @Test
    void aNewNodeSeesThoseWhoseSegmentsAndOwnersSetsWereThrownAway() {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(two.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            evict("presence:seg:{presence:board:" + BOARD + "}:" + one.id() + ":*");
            evict("presence:orgs:{presence:board:" + BOARD + "}");
            try (TestNode three = TestNode.start(settings());
                    TestClient finn = TestClient.join(three.ws(), BOARD, "Finn")) {
                await().atMost(SOON).until(() -> finn.names().size() == 3);
                finn.awaitNames("Ada", "Bob", "Finn");
                awaitKeys("presence:seg:*", 3);
                assertThat(operator("SCARD", "presence:orgs:{presence:board:" + BOARD + "}"))
                        .containsExactly("3");
                assertThat(ada.leftSeen()).isZero();
            }
        }
    }

    @Test
    void usersWhoseSetsWereThrownAwayAreOnlineAgain() {
        try (TestNode one = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada")) {
            awaitKeys("presence:online:*", 1);
            evict("presence:online:*");
            awaitKeys("presence:online:*", 1);
            assertThat(ada.complaints()).isEmpty();
        }
    }

    @Test
    void aLeaseThatLastsLongerThanItCanKeepsNoGhost() {
        Map<String, String> settings = settings();
        settings.put("PRESENCE_NODE_HEARTBEAT_MS", "500");
        settings.put("PRESENCE_NODE_LEASE_MS", "2000");
        try (TestNode one = TestNode.start(settings);
                NodeProcess victim = NodeProcess.start(settings);
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient dora = TestClient.join(victim.ws(), BOARD, "Dora")) {
            ada.awaitNames("Ada", "Dora");
            victim.close();
            // As if the clock of Redis had been set back by an hour.
            assertThat(operator("PEXPIRE", "presence:inst:{" + victim.id() + "}", "3600000"))
                    .containsExactly("1");
            await().atMost(SOON).until(() -> ada.names().size() == 1);
            assertThat(dora.complaints()).isEmpty();
        }
    }

    @Test
    void aMemberResumesWhileTheBoardCannotBeRead() {
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = TestClient.join(one.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(one.ws(), BOARD, "Bob")) {
            ada.awaitNames("Ada", "Bob");
            operator("ACL", "SETUSER", "presence", "-smembers");
            operator("CONFIG", "RESETSTAT");
            ada.abort();
            TestClient back = TestClient.connect(two.ws());
            back.sendResume(ada);
            await("a read that fails")
                    .until(() -> operator("INFO", "commandstats").stream()
                            .anyMatch(stats -> stats.matches("(?s).*cmdstat_smembers:[^\n]*rejected_calls=[1-9].*")));
            operator("ACL", "SETUSER", "presence", "+smembers");
            back.await("the roster", back::isComplete);
            back.awaitNames("Ada", "Bob");
            assertThat(back.self().getMemberId()).isEqualTo(ada.self().getMemberId());
            bob.awaitNames("Ada", "Bob");
            assertThat(bob.leftSeen()).isZero();
            back.close();
        }
    }
}
