package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.EventLog;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;

/**
 * Each event is in the log once: for every client that had its roster one join, and one leave when it has gone, over
 * random joins, leaves and resumes, kill -9 of nodes, and times in which Redis answers nothing. {@code
 * -Dpresence.events.rounds=N} runs more rounds, {@code -Dpresence.seed=N} others. The grace is longer than Redis is silent: {@code
 * -Dpresence.events.grace=1000} shows what {@code docs/operations/events.md} says of the other case.
 */
@Tag("redis")
class EventsUnderFaultsIT {
    private static final String TOKEN = "a token of the test";
    private static final String[] BOARDS = {"b1", "b2"};
    private static final Duration SETTLED = Duration.ofSeconds(40);

    private final RedisServer server = RedisServer.start();
    private final RedisClient operator = RedisClient.create(server.operatorUrl());
    private final RedisCommands<String, String> redis = operator.connect().sync();
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "REDIS_URL", server.url(),
            "PRESENCE_API_TOKEN", TOKEN,
            "PRESENCE_EVENTS", "on",
            "PRESENCE_NODE_HEARTBEAT_MS", "500",
            "PRESENCE_NODE_LEASE_MS", "3000",
            "PRESENCE_REDIS_TIMEOUT_MS", "500",
            "PRESENCE_LINGER_SECONDS", "0",
            "PRESENCE_GRACE_MS", System.getProperty("presence.events.grace", "4000")));
    private final List<NodeProcess> nodes = new ArrayList<>();
    /** Clients that have a member, with the node that they are on. */
    private final Map<TestClient, NodeProcess> there = new LinkedHashMap<>();

    /** Ids of the members that had their roster once. */
    private final Set<String> joined = new HashSet<>();

    private final Random random = new Random(Long.getLong("presence.seed", 1));
    private int names;

    @AfterEach
    void stop() {
        there.keySet().forEach(TestClient::close);
        nodes.forEach(NodeProcess::close);
        operator.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        server.close();
    }

    private static String idOf(TestClient client) {
        return HexFormat.of().formatHex(client.self().getMemberId().toByteArray());
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @Test
    void eachEventIsInTheLogOnce() {
        nodes.add(NodeProcess.start(settings));
        nodes.add(NodeProcess.start(settings));
        int rounds = Integer.getInteger("presence.events.rounds", 3);
        for (int round = 1; round <= rounds; round++) {
            for (int action = 0; action < 12; action++) {
                act();
            }
            if (round % 3 == 1) {
                redis.dispatch(
                        CommandType.CLIENT,
                        new StatusOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(700 + random.nextInt(900)));
                act();
                act();
            } else if (round % 3 == 2) {
                killANode();
            }
            for (int action = 0; action < 4; action++) {
                act();
            }
            checkLog("round " + round);
        }
        new ArrayList<>(there.keySet()).forEach(this::leave);
        checkLog("the end");
        for (String board : BOARDS) {
            assertThat(new EventLog(nodes.get(0).opsPort(), TOKEN).story(board))
                    .as(board)
                    .endsWith("board.closed");
        }
    }

    private void act() {
        int dice = random.nextInt(10);
        if (there.size() < 3 || dice < 5) {
            NodeProcess node = any(nodes);
            TestClient client = TestClient.join(node.ws(), BOARDS[random.nextInt(BOARDS.length)], "n" + names++);
            joined.add(idOf(client));
            there.put(client, node);
        } else if (dice < 8) {
            leave(any(List.copyOf(there.keySet())));
        } else {
            resumeAnywhere(any(List.copyOf(there.keySet())));
        }
    }

    private void leave(TestClient client) {
        there.remove(client);
        client.closeNormally();
    }

    private void resumeAnywhere(TestClient client) {
        there.remove(client);
        client.abort();
        NodeProcess node = any(nodes);
        TestClient again = TestClient.resume(node.ws(), client);
        joined.add(idOf(again));
        there.put(again, node);
    }

    private void killANode() {
        // What was said a moment ago may not have reached Redis.
        checkLog("before the kill");
        NodeProcess victim = any(nodes);
        nodes.remove(victim);
        victim.close();
        there.entrySet().removeIf(entry -> entry.getValue() == victim);
        // Before another node starts, which looks for members of dead nodes.
        checkLog("after the kill");
        nodes.add(NodeProcess.start(settings));
    }

    private void checkLog(String when) {
        EventLog log = new EventLog(any(nodes).opsPort(), TOKEN);
        Set<String> present = new HashSet<>();
        there.keySet().forEach(client -> present.add(idOf(client)));
        await(when).atMost(SETTLED).untilAsserted(() -> {
            Map<String, List<String>> stories = new HashMap<>();
            Map<String, List<String>> boards = new HashMap<>();
            Map<String, List<String>> details = new HashMap<>();
            for (JsonObject event : log.all("kind=member.joined,member.left,board.opened,board.closed", 1_000)) {
                String kind = event.get("kind").getAsString();
                boolean isBoard = kind.startsWith("board.");
                (isBoard ? boards : stories)
                        .computeIfAbsent(
                                event.get(isBoard ? "board" : "member_id").getAsString(), key -> new ArrayList<>())
                        .add(kind);
                details.computeIfAbsent(
                                event.get(isBoard ? "board" : "member_id").getAsString(), key -> new ArrayList<>())
                        .add(event.get("time") + " " + event.get("node") + " " + event.get("data"));
            }
            assertThat(stories.keySet()).as("members").containsAll(joined);
            stories.forEach((member, story) -> assertThat(story)
                    .as("member %s, there %s, %s", member, present.contains(member), details.get(member))
                    .isEqualTo(
                            present.contains(member)
                                    ? List.of("member.joined")
                                    : List.of("member.joined", "member.left")));
            boards.forEach((board, story) -> {
                for (int i = 0; i < story.size(); i++) {
                    assertThat(story.get(i)).as(board + story).isEqualTo(i % 2 == 0 ? "board.opened" : "board.closed");
                }
            });
        });
    }
}
