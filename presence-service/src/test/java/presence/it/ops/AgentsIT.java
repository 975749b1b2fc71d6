package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.proto.Join;
import presence.proto.Member;
import presence.proto.Profile;
import presence.proto.Signal;
import presence.proto.Status;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Agents are members that the HTTP API makes on any node, and that no node shows twice. */
@WithRedis
class AgentsIT {
    private static final String TOKEN = "a token of the test";
    private static final String BOT = "/boards/b/agents/bot";
    private static final String NAMED = "{\"profile\":{\"name\":\"Bot\",\"color\":\"#123456\"}}";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, String> shared = new HashMap<>();

    AgentsIT(TestRedis redis) {
        shared.put("REDIS_URL", redis.url());
        shared.put("PRESENCE_PREFIX", "agents-" + UUID.randomUUID());
        shared.put("PRESENCE_API_TOKEN", TOKEN);
        shared.put("PRESENCE_NODE_HEARTBEAT_MS", "500");
        shared.put("PRESENCE_NODE_LEASE_MS", "3000");
    }

    private <T extends AutoCloseable> T kept(T thing) {
        open.add(0, thing);
        return thing;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private TestNode alone(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("PRESENCE_API_TOKEN", TOKEN));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return kept(TestNode.start(all));
    }

    private TestNode node() {
        return kept(TestNode.start(shared));
    }

    private TestClient join(TestNode node, String name) {
        return kept(TestClient.join(node.ws(), "b", name));
    }

    private static ApiClient api(TestNode node) {
        return new ApiClient(node.opsPort(), TOKEN);
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static HttpResponse<String> put(ApiClient api, String path, String body) {
        return api.send("PUT", path, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes or renews an agent; returns the answer. */
    private static JsonObject renew(ApiClient api, String body) {
        HttpResponse<String> response = put(api, BOT, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).getAsJsonObject("error").get("code").getAsString())
                .isEqualTo(code);
    }

    private static void assertAccepted(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }

    /** The kinds of the agent's events without updates, the oldest first. */
    private static List<String> events(TestNode node) {
        JsonArray events =
                json(api(node).get("/events?kind=member.joined,member.left")).getAsJsonArray("events");
        return events.asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(event -> event.get("user_id").getAsString().equals("agent:bot"))
                .map(event -> event.get("kind").getAsString())
                .toList();
    }

    private static String state(TestClient client, String name) {
        return Objects.requireNonNull(client.member("Bot"))
                .getStateMap()
                .get(name)
                .toStringUtf8();
    }

    @Test
    void anAgentRenewedThroughThreeNodesWhileOneIsKilledNeitherLeavesNorJoinsNorDoubles() {
        TestNode one = node();
        TestNode two = node();
        NodeProcess victim = kept(NodeProcess.start(shared));
        ApiClient doomed = new ApiClient(victim.opsPort(), TOKEN);
        TestClient ada = join(one, "Ada");
        TestClient bob = join(two, "Bob");
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        JsonObject first = renew(api(one), NAMED);
        assertThat(first.get("created").getAsBoolean()).isTrue();
        ada.awaitNames("Ada", "Bob", "Bot");
        bob.awaitNames("Ada", "Bob", "Bot");
        int joinedAtAda = ada.joinedSeen();
        int joinedAtBob = bob.joinedSeen();

        List<ApiClient> nodes = List.of(api(two), doomed, api(one));
        int calls = 0;
        // Without a pause, so that calls overtake messages between the nodes; the last call is to the victim.
        for (; calls < 26; calls++) {
            String said = calls % 2 == 0
                    ? "\"state\":{\"n\":" + calls + "}"
                    : "\"profile\":{\"name\":\"Bot\",\"color\":\"c" + calls + "\"}";
            JsonObject again = renew(nodes.get(calls % 3), "{" + said + ",\"ttl_seconds\":60}");
            assertThat(again.get("created").getAsBoolean()).isFalse();
            assertThat(again.get("member_id")).isEqualTo(first.get("member_id"));
        }
        for (TestClient client : List.of(ada, bob)) {
            // The state of this call alone, not of a call before.
            client.await(
                    "the last two calls",
                    () -> state(client, "n").equals("24")
                            && Objects.requireNonNull(client.member("Bot"))
                                    .getProfile()
                                    .getColor()
                                    .equals("c25"));
        }
        // The victim has the agent when it is killed.
        victim.close();
        TreeSet<String> there = new TreeSet<>(List.of("Ada", "Bob", "Bot"));
        for (int i = 0; one.metric("presence_node_deaths_total") + two.metric("presence_node_deaths_total") < 1; i++) {
            JsonObject again = renew(api(i % 2 == 0 ? one : two), "{\"ttl_seconds\":60}");
            assertThat(again.get("created").getAsBoolean()).isFalse();
            assertThat(again.get("member_id")).isEqualTo(first.get("member_id"));
            assertThat(ada.names()).isEqualTo(there);
            assertThat(ada.members()).hasSize(3);
            assertThat(bob.members()).hasSize(3);
        }
        // A leave or a join would have come before what the agent does now.
        renew(api(one), "{\"status\":\"busy\"}");
        for (TestClient client : List.of(ada, bob)) {
            client.await("the agent is busy", () -> client.sees("Bot", Status.STATUS_BUSY));
            assertThat(client.leftSeen()).isZero();
            assertThat(client.complaints()).isEmpty();
            assertThat(client.members()).hasSize(3);
        }
        assertThat(ada.joinedSeen()).isEqualTo(joinedAtAda);
        assertThat(bob.joinedSeen()).isEqualTo(joinedAtBob);
        await().untilAsserted(() -> {
            assertThat(one.metric("presence_agents_local")).isEqualTo(1);
            assertThat(two.metric("presence_agents_local")).isZero();
        });
    }

    @Test
    void everyCallMovesAnAgentToTheNodeThatIsCalled() {
        shared.put("PRESENCE_EVENTS", "on");
        TestNode one = node();
        TestNode two = node();
        TestClient ada = join(one, "Ada");
        renew(
                api(one),
                "{\"profile\":{\"name\":\"Bot\"},\"status\":\"busy\",\"state\":{\"tool\":\"pen\"},\"ttl_seconds\":120}");
        ada.awaitNames("Ada", "Bot");

        assertAccepted(api(two).post(BOT + "/cursor", "{\"points\":[{\"x\":1,\"y\":2}]}"));
        ada.awaitCursor("Bot", 16, 32);
        await().untilAsserted(() -> {
            assertThat(one.metric("presence_agents_local")).isZero();
            assertThat(two.metric("presence_agents_local")).isEqualTo(1);
        });
        assertAccepted(api(one).post(BOT + "/signals", "{\"type\":\"wave\",\"payload\":\"1\"}"));
        ada.await("the signal", () -> ada.signals().size() == 1);
        await().untilAsserted(() -> {
            assertThat(one.metric("presence_agents_local")).isEqualTo(1);
            assertThat(two.metric("presence_agents_local")).isZero();
        });
        assertThat(ada.sees("Bot", Status.STATUS_BUSY)).isTrue();
        assertThat(state(ada, "tool")).isEqualTo("\"pen\"");
        assertThat(state(ada, "agent_ttl_seconds")).isEqualTo("120");
        assertThat(ada.leftSeen()).isZero();

        // Without a pause, an end on one node is followed by a new agent of the same key on the other one.
        List<String> expected = new ArrayList<>(List.of("member.joined"));
        for (int i = 1; i <= 6; i++) {
            assertThat(api(i % 2 == 0 ? one : two).delete(BOT).body()).isEqualTo("{\"ended\":true}");
            JsonObject next = renew(api(i % 2 == 0 ? two : one), "{\"profile\":{\"name\":\"Bot " + i + "\"}}");
            assertThat(next.get("created").getAsBoolean()).isTrue();
            ada.awaitNames("Ada", "Bot " + i);
            expected.addAll(List.of("member.left", "member.joined"));
        }
        assertThat(api(one).delete(BOT).body()).isEqualTo("{\"ended\":true}");
        assertThat(api(two).delete(BOT).body()).isEqualTo("{\"ended\":false}");
        expected.add("member.left");
        ada.awaitNames("Ada");
        // An end and a new beginning within one roster tick are one change.
        assertThat(ada.leftSeen()).isBetween(1, 7);
        assertThat(ada.complaints()).isEmpty();
        await().untilAsserted(() -> assertThat(events(two)).isEqualTo(expected));
        await().untilAsserted(() -> {
            assertThat(one.metric("presence_agents_local")).isZero();
            assertThat(two.metric("presence_agents_local")).isZero();
        });
    }

    @Test
    void anAgentIsAMemberThatShowsWhatItIs() {
        TestNode node = alone();
        TestClient ada = join(node, "Ada");
        JsonObject made = renew(
                api(node),
                "{\"profile\":{\"name\":\"Bot\",\"user_id\":\"u\",\"color\":\"#123456\",\"avatar_url\":\"https://a/b\"},"
                        + "\"state\":{\"tool\":\"pen\",\"zoom\":{\"by\":2}},\"status\":\"idle\","
                        + "\"cursor\":{\"x\":1.5,\"y\":-2},\"ttl_seconds\":5}");
        assertThat(made.get("created").getAsBoolean()).isTrue();
        assertThat(made.get("ttl_seconds").getAsInt()).isEqualTo(5);
        ada.awaitNames("Ada", "Bot");
        ada.awaitCursor("Bot", 24, -32);
        Member bot = Objects.requireNonNull(ada.member("Bot"));
        assertThat(bot.getProfile())
                .isEqualTo(Profile.newBuilder()
                        .setName("Bot")
                        .setUserId("u")
                        .setColor("#123456")
                        .setAvatarUrl("https://a/b")
                        .setDevice("agent")
                        .build());
        assertThat(HexFormat.of().formatHex(bot.getMemberId().toByteArray()))
                .isEqualTo(made.get("member_id").getAsString());
        assertThat(bot.getStatus()).isEqualTo(Status.STATUS_IDLE);
        assertThat(state(ada, "tool")).isEqualTo("\"pen\"");
        assertThat(state(ada, "zoom")).isEqualTo("{\"by\":2}");

        // Absent parts stay unchanged; a state replaces the one before.
        JsonObject again = renew(api(node), "{\"state\":{\"tool\":\"brush\"},\"ttl_seconds\":5}");
        assertThat(again.get("created").getAsBoolean()).isFalse();
        ada.await("the state", () -> state(ada, "tool").equals("\"brush\""));
        bot = Objects.requireNonNull(ada.member("Bot"));
        assertThat(bot.getStateMap()).containsOnlyKeys("tool", "agent_ttl_seconds");
        assertThat(bot.getProfile().getColor()).isEqualTo("#123456");
        assertThat(bot.getStatus()).isEqualTo(Status.STATUS_IDLE);

        // No call comes for its five seconds.
        long begun = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).until(() -> ada.names().equals(new TreeSet<>(List.of("Ada"))));
        assertThat(System.nanoTime() - begun)
                .isGreaterThan(Duration.ofSeconds(4).toNanos());
        assertThat(node.metric("presence_agents_ended_total{reason=\"expired\"}"))
                .isEqualTo(1);
        assertThat(ada.leftSeen()).isEqualTo(1);

        JsonObject plain = renew(api(node), "{}");
        assertThat(plain.get("created").getAsBoolean()).isTrue();
        assertThat(plain.get("member_id")).isEqualTo(made.get("member_id"));
        ada.awaitNames("Ada", "bot");
        assertThat(ada.complaints()).isEmpty();
    }

    @Test
    void anAgentFollowsAPathAndSpeaks() {
        TestNode node = alone();
        TestClient ada = join(node, "Ada");
        TestClient bob = join(node, "Bob");
        renew(api(node), NAMED);
        ada.awaitNames("Ada", "Bob", "Bot");
        bob.awaitNames("Ada", "Bob", "Bot");
        int slot = Objects.requireNonNull(ada.member("Bot")).getSlot();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        ada.watchCursors(tick -> {
            int at = tick.getSlotList().indexOf(slot);
            if (at >= 0) {
                seen.add(tick.getX(at));
            }
        });
        HttpResponse<String> moving =
                api(node).post(BOT + "/cursor", "{\"points\":[{\"x\":0,\"y\":0},{\"x\":100,\"y\":10,\"at_ms\":500}]}");
        assertAccepted(moving);
        assertThat(moving.body()).isEqualTo("{\"moving_ms\":500}");
        ada.awaitCursor("Bot", 1_600, 160);
        // On a busy machine some steps are missing, but not all.
        assertThat(seen).isSorted().endsWith(1_600);
        assertThat(new TreeSet<>(seen)).hasSizeGreaterThan(2);

        String everybody = "{\"type\":\"wave\",\"payload\":\"hi\"}";
        assertAccepted(api(node).post(BOT + "/signals", everybody));
        for (TestClient client : List.of(ada, bob)) {
            client.await("the signal", () -> client.signals().size() == 1);
            Signal heard = client.signals().get(0);
            assertThat(heard.getFrom()).isEqualTo(slot);
            assertThat(heard.getPayload().toStringUtf8()).isEqualTo("hi");
        }
        String id = HexFormat.of()
                .formatHex(Objects.requireNonNull(bob.self()).getMemberId().toByteArray());
        String toBob = "{\"type\":\"wave\",\"to\":[\"" + id + "\",\"" + "0".repeat(32) + "\"]}";
        assertAccepted(api(node).post(BOT + "/signals", toBob));
        // A signal whose recipients are all absent is sent to no member.
        assertAccepted(api(node).post(BOT + "/signals", "{\"type\":\"no\",\"to\":[\"" + "0".repeat(32) + "\"]}"));
        assertAccepted(api(node).post(BOT + "/signals", "{\"type\":\"last\"}"));
        ada.await("the last signal", () -> ada.signals().size() == 2);
        bob.await("both", () -> bob.signals().size() == 3);
        assertThat(ada.signals().get(1).getType()).isEqualTo("last");
        assertThat(bob.signals().get(2).getType()).isEqualTo("last");
        assertThat(ada.complaints()).isEmpty();
        assertThat(bob.complaints()).isEmpty();
    }

    @Test
    void thereAreLimitsPerTokenAndBoardAndOnTheRate() {
        TestNode node = alone("PRESENCE_AGENTS_PER_TOKEN", "3", "PRESENCE_AGENTS_PER_BOARD", "2");
        ApiClient api = api(node);
        for (String agent : List.of("/boards/b/agents/1", "/boards/b/agents/2", "/boards/c/agents/1")) {
            assertThat(put(api, agent, NAMED).statusCode()).isEqualTo(200);
        }
        assertRefused(put(api, "/boards/d/agents/1", NAMED), 409, "too_many_agents");
        assertThat(api.delete("/boards/c/agents/1").statusCode()).isEqualTo(200);
        assertRefused(put(api, "/boards/b/agents/3", NAMED), 409, "too_many_agents");
        assertThat(put(api, "/boards/b/agents/2", NAMED).statusCode()).isEqualTo(200);
        TestNode slow = alone("PRESENCE_AGENT_CALLS_PER_SECOND", "1");
        await().untilAsserted(() -> {
            HttpResponse<String> answer = put(api(slow), BOT, NAMED);
            assertRefused(answer, 429, "rate_limited");
            assertThat(answer.headers().firstValue("retry-after")).contains("1");
        });
        assertThat(node.metric("presence_agents_refused_total{reason=\"token_full\"}"))
                .isEqualTo(1);
        assertThat(node.metric("presence_agents_refused_total{reason=\"board_full_of_agents\"}"))
                .isEqualTo(1);
        assertThat(slow.metric("presence_agents_refused_total{reason=\"rate\"}"))
                .isPositive();
        assertThat(slow.metric("presence_api_requests_total{outcome=\"limited\"}"))
                .isPositive();
    }

    @Test
    void invalidCallsAreRefusedWithTheReason() {
        TestNode node = alone();
        ApiClient api = api(node);
        assertRefused(api.post(BOT + "/cursor", "{\"points\":[{\"x\":1,\"y\":2}]}"), 404, "agent_not_found");
        assertRefused(api.post(BOT + "/signals", "{\"type\":\"wave\"}"), 404, "agent_not_found");
        assertRefused(put(api, "/boards/b/agents/a%20b", "{}"), 400, "bad_key");
        assertRefused(put(api, "/boards/a%20b/agents/bot", "{}"), 400, "bad_board");
        assertRefused(put(api, BOT, ""), 400, "bad_json");
        assertRefused(put(api, BOT, "{\"name\":\"Bot\"}"), 400, "unknown_field");
        assertRefused(put(api, BOT, "{\"profile\":{\"device\":\"x\"}}"), 400, "unknown_field");
        assertRefused(put(api, BOT, "{\"profile\":{\"name\":\"" + "x".repeat(129) + "\"}}"), 400, "bad_name");
        assertRefused(put(api, BOT, "{\"profile\":[]}"), 400, "bad_profile");
        assertRefused(put(api, BOT, "{\"status\":\"away\"}"), 400, "bad_status");
        assertRefused(put(api, BOT, "{\"ttl_seconds\":4}"), 400, "bad_ttl_seconds");
        assertRefused(put(api, BOT, "{\"ttl_seconds\":3601}"), 400, "bad_ttl_seconds");
        assertRefused(put(api, BOT, "{\"cursor\":{\"x\":1}}"), 400, "bad_y");
        assertRefused(put(api, BOT, "{\"cursor\":{\"x\":1e999,\"y\":0}}"), 400, "bad_x");
        assertRefused(put(api, BOT, "{\"state\":{\"agent_ttl_seconds\":9}}"), 400, "bad_state");
        assertRefused(put(api, BOT, "{\"state\":{\"a\":\"" + "x".repeat(4_096) + "\"}}"), 400, "bad_state");
        assertRefused(api.post(BOT + "/cursor", "{\"points\":[]}"), 400, "bad_points");
        String backwards = "{\"points\":[{\"x\":1,\"y\":2,\"at_ms\":2},{\"x\":1,\"y\":2,\"at_ms\":1}]}";
        assertRefused(api.post(BOT + "/cursor", backwards), 400, "bad_points");
        assertRefused(api.post(BOT + "/signals", "{}"), 400, "bad_type");
        assertThat(node.metric("presence_agents_local")).isZero();
    }

    @Test
    void anOperatorRemovesAnAgentAndNoPersonIsShownAsOne() {
        TestNode node = alone();
        ApiClient api = api(node);
        TestClient ada = kept(TestClient.connect(node.ws()));
        ada.send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard("b")
                .setProfile(Profile.newBuilder().setName("Ada").setDevice("agent"))));
        ada.await("the roster", () -> ada.self() != null);
        assertThat(Objects.requireNonNull(ada.self()).getProfile().getDevice()).isEmpty();
        renew(api, "{\"profile\":{\"name\":\"Bot\",\"user_id\":\"bot-1\"}}");
        ada.awaitNames("Ada", "Bot");
        // A kick finds a user's boards in the directory.
        await().until(() -> api.get("/users/bot-1/sessions").body().contains("\"online\":true"));
        assertThat(api.post("/kicks", "{\"user_id\":\"bot-1\",\"ban_seconds\":60}")
                        .body())
                .isEqualTo("{\"kicked\":1,\"pending\":0}");
        ada.awaitNames("Ada");
        await().untilAsserted(() -> assertThat(node.metric("presence_agents_ended_total{reason=\"kicked\"}"))
                .isEqualTo(1));
        assertRefused(put(api, BOT, "{\"profile\":{\"name\":\"Bot\",\"user_id\":\"bot-1\"}}"), 403, "banned");
        assertThat(node.metric("presence_agents_local")).isZero();
    }

    @Test
    void anAuditFindsNothingWrongWithAnAgent() throws Exception {
        TestNode node = alone();
        TestClient ada = join(node, "Ada");
        renew(api(node), NAMED);
        ada.awaitNames("Ada", "Bot");
        HttpRequest audit = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.opsPort() + "/audit"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> report = HttpClient.newHttpClient().send(audit, HttpResponse.BodyHandlers.ofString());
        assertThat(report.statusCode()).as(report.body()).isEqualTo(200);
        assertThat(node.metric("presence_audits_total")).isEqualTo(1);
        assertThat(node.metric("presence_audit_repaired_total"))
                .as(report.body())
                .isZero();
        assertThat(ada.sees("Bot", Status.STATUS_ACTIVE)).isTrue();
    }

    @Test
    void withoutASecretThatNodesShareThereAreNoAgents(@TempDir Path folder) throws Exception {
        String secret = "a-token-of-sixteen-bytes";
        Path file = Files.writeString(folder.resolve("tokens"), "bots " + secret + " agents *\n");
        shared.remove("PRESENCE_API_TOKEN");
        shared.put("PRESENCE_API_TOKENS_FILE", file.toString());
        TestNode node = node();
        assertRefused(put(new ApiClient(node.opsPort(), secret), BOT, "{}"), 404, "agents_off");
        shared.put("PRESENCE_AGENTS_SECRET", "a secret of the test");
        TestNode told = node();
        assertThat(put(new ApiClient(told.opsPort(), secret), BOT, "{}").statusCode())
                .isEqualTo(200);
    }
}
