package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.Signal;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.wire.CloseReason;

/** The HTTP API of one node answers for both nodes. */
@WithRedis
class ApiIT {
    private static final String TOKEN = "a token of the test";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, String> settings;
    private final TestNode one;
    private final TestNode two;
    private final ApiClient api;

    ApiIT(TestRedis redis) {
        settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "api-" + UUID.randomUUID(),
                "PRESENCE_API_TOKEN",
                TOKEN,
                "PRESENCE_MAX_BANS",
                "2",
                "PRESENCE_ACTIVITY_DAYS",
                "1",
                "PRESENCE_EVENTS",
                "on",
                "PRESENCE_WEBHOOK_URL",
                "https://127.0.0.1:9/hook",
                "PRESENCE_WEBHOOK_SECRET",
                "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        one = kept(TestNode.start(settings));
        two = kept(TestNode.start(settings));
        api = new ApiClient(one.opsPort(), TOKEN);
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

    private TestClient join(TestNode node, String board, String name) {
        return kept(TestClient.join(node.ws(), board, name));
    }

    private static String idOf(TestClient client) {
        return HexFormat.of().formatHex(client.self().getMemberId().toByteArray());
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).getAsJsonObject("error").get("code").getAsString())
                .isEqualTo(code);
        assertThat(json(response).getAsJsonObject("error").get("message").getAsString())
                .isNotEmpty();
    }

    private static List<String> fields(JsonObject page, String list, String field) {
        return page.getAsJsonArray(list).asList().stream()
                .map(item -> item.getAsJsonObject().get(field).getAsString())
                .toList();
    }

    @Test
    void boardsArePagedByName() {
        join(one, "left/wing", "Ada");
        join(two, "left/wing", "Bob");
        join(two, "right", "Cleo");
        join(two, "über", "Dora");
        await().untilAsserted(() -> assertThat(fields(json(api.get("/boards")), "boards", "board"))
                .containsExactly("left/wing", "right", "über"));
        await().untilAsserted(() -> assertThat(fields(json(api.get("/boards")), "boards", "members"))
                .containsExactly("2", "1", "1"));
        JsonObject first = json(api.get("/boards?limit=2"));
        assertThat(fields(first, "boards", "board")).containsExactly("left/wing", "right");
        assertThat(first.get("total").getAsInt()).isEqualTo(3);
        JsonObject second =
                json(api.get("/boards?limit=2&after=" + first.get("next").getAsString()));
        assertThat(fields(second, "boards", "board")).containsExactly("über");
        assertThat(second.get("next").isJsonNull()).isTrue();
    }

    @Test
    void countsCoverAllNodesAlsoWhereTheBoardIsNotFollowed() {
        TestNode three = kept(TestNode.start(settings));
        ApiClient apart = new ApiClient(three.opsPort(), TOKEN);
        join(one, "left", "Ada");
        observe(one, "left");
        observe(two, "left");
        for (ApiClient asked : List.of(api, apart)) {
            await().untilAsserted(() -> assertThat(json(asked.get("/boards/left/counts")))
                    .isEqualTo(
                            JsonParser.parseString("{\"board\":\"left\",\"members\":1,\"observers\":2,\"users\":1}")));
        }
        assertThat(json(api.get("/boards/nobodys/counts")).get("observers").getAsInt())
                .isZero();
    }

    private void observe(TestNode node, String board) {
        kept(TestClient.connect(node.ws()))
                .send(frame -> frame.setJoin(Join.newBuilder().setBoard(board).setObserver(true)));
    }

    @Test
    void aRosterHasTheMembersOfAllNodes() {
        TestClient ada = kept(TestClient.connect(one.ws()));
        ada.send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard("left/wing")
                .setProfile(Profile.newBuilder()
                        .setUserId("user-Ada")
                        .setName("Ada")
                        .setColor("#e91e63")
                        .setDevice("phone"))
                .putState("tool", ByteString.copyFromUtf8("pen"))));
        TestClient bob = join(two, "left/wing", "Bob");
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        JsonObject roster = json(api.get("/boards/left%2Fwing/members"));
        assertThat(fields(roster, "members", "name")).containsExactlyInAnyOrder("Ada", "Bob");
        assertThat(fields(roster, "members", "member_id")).isSorted();
        JsonObject found = roster.getAsJsonArray("members").asList().stream()
                .map(item -> item.getAsJsonObject())
                .filter(item -> item.get("name").getAsString().equals("Ada"))
                .findFirst()
                .orElseThrow();
        assertThat(found.get("member_id").getAsString()).isEqualTo(idOf(ada));
        assertThat(found.get("user_id").getAsString()).isEqualTo("user-Ada");
        assertThat(found.get("color").getAsString()).isEqualTo("#e91e63");
        assertThat(found.get("device").getAsString()).isEqualTo("phone");
        assertThat(found.get("status").getAsString()).isEqualTo("active");
        assertThat(found.getAsJsonObject("state").get("tool").getAsString()).isEqualTo("cGVu");
        JsonObject page = json(api.get("/boards/left%2Fwing/members?limit=1"));
        assertThat(page.getAsJsonArray("members")).hasSize(1);
        JsonObject rest = json(
                api.get("/boards/left%2Fwing/members?after=" + page.get("next").getAsString()));
        assertThat(rest.getAsJsonArray("members")).hasSize(1);
        assertThat(json(api.get("/boards/nobodys/members")).getAsJsonArray("members"))
                .isEmpty();
    }

    @Test
    void usersAreFoundWhereverTheyAre() {
        join(one, "left", "Ada");
        TestClient there = join(two, "right", "Ada");
        await().untilAsserted(() -> {
            JsonObject found = json(api.get("/users/user-Ada/sessions"));
            assertThat(found.get("online").getAsBoolean()).isTrue();
            assertThat(fields(found, "sessions", "board")).containsExactlyInAnyOrder("left", "right");
            assertThat(fields(found, "sessions", "node")).containsExactlyInAnyOrder(one.id(), two.id());
            assertThat(fields(found, "sessions", "member_id")).contains(idOf(there));
        });
        assertThat(json(api.get("/users/absent/sessions")).get("online").getAsBoolean())
                .isFalse();
        HttpResponse<String> online = api.post("/users/online", "{\"users\":[\"absent\",\"user-Ada\"]}");
        assertThat(online.body()).isEqualTo("{\"online\":[\"user-Ada\"]}");
    }

    @Test
    void aSignalReachesTheBoardOnAllNodesOrWhomItNames() {
        TestClient ada = join(one, "left", "Ada");
        TestClient bob = join(two, "left", "Bob");
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        assertThat(api.post("/boards/left/signals", "{\"type\":\"notice\",\"payload\":\"häuser\"}")
                        .statusCode())
                .isEqualTo(202);
        for (TestClient client : List.of(ada, bob)) {
            client.await("the signal", () -> client.signals().size() == 1);
            Signal heard = client.signals().get(0);
            assertThat(heard.getFrom()).isZero();
            assertThat(heard.getType()).isEqualTo("notice");
            assertThat(heard.getPayload().toStringUtf8()).isEqualTo("häuser");
        }
        String toBob = "{\"type\":\"raw\",\"payload_base64\":\"AQI=\",\"to\":[\"" + idOf(bob) + "\"]}";
        api.post("/boards/left/signals", toBob);
        bob.await("his own", () -> bob.signals().size() == 2);
        assertThat(bob.signals().get(1).getPayload().toByteArray()).containsExactly(1, 2);
        assertThat(ada.signals()).hasSize(1);
        assertThat(ada.complaints()).isEmpty();
        assertThat(bob.complaints()).isEmpty();
    }

    @Test
    void aUserIsKickedFromEverywhereAndTold() {
        TestClient here = join(one, "left", "Bob");
        TestClient there = join(two, "right", "Bob");
        TestClient ada = join(two, "left", "Ada");
        ada.awaitNames("Ada", "Bob");
        await().untilAsserted(() -> assertThat(
                        json(api.get("/users/user-Bob/sessions")).getAsJsonArray("sessions"))
                .hasSize(2));
        HttpResponse<String> kicked = api.post("/kicks", "{\"user_id\":\"user-Bob\",\"reason\":\"spam, again\"}");
        assertThat(kicked.body()).isEqualTo("{\"kicked\":2,\"pending\":0}");
        for (TestClient client : List.of(here, there)) {
            assertThat(client.awaitClose()).isEqualTo(CloseReason.KICKED.code());
            assertThat(client.errors()).singleElement().satisfies(error -> {
                assertThat(error.getCode()).isEqualTo("kicked");
                assertThat(error.getMessage()).isEqualTo("spam, again");
                assertThat(error.getBoardRef()).isPositive();
            });
        }
        ada.awaitNames("Ada");
        assertThat(one.metric("presence_kicks_total")).isEqualTo(1);
        TestClient again = join(one, "left", "Bob");
        again.awaitNames("Ada", "Bob");
    }

    @Test
    void aMemberIsKickedFromOneBoardOfTwoAndTheConnectionStays() {
        TestClient bob = join(two, "left", "Bob");
        bob.join("right", "Bob");
        TestClient ada = join(one, "left", "Ada");
        ada.awaitNames("Ada", "Bob");
        String id = json(api.get("/boards/left/members")).getAsJsonArray("members").asList().stream()
                .map(item -> item.getAsJsonObject())
                .filter(item -> item.get("name").getAsString().equals("Bob"))
                .map(item -> item.get("member_id").getAsString())
                .findFirst()
                .orElseThrow();
        HttpResponse<String> kicked = api.post("/kicks", "{\"board\":\"left\",\"member_id\":\"" + id + "\"}");
        assertThat(kicked.body()).isEqualTo("{\"kicked\":1,\"pending\":0}");
        ada.awaitNames("Ada");
        bob.await("the news", () -> !bob.errors().isEmpty());
        assertThat(bob.errors().get(0).getCode()).isEqualTo("kicked");
        await().untilAsserted(() -> assertThat(fields(json(api.get("/users/user-Bob/sessions")), "sessions", "board"))
                .containsExactly("right"));
        assertThat(bob.closeCode()).isNegative();
    }

    @Test
    void aBannedUserStaysOutOnEveryNodeUntilTheBanIsLifted() {
        TestClient bob = join(two, "left", "Bob");
        bob.awaitNames("Bob");
        await().untilAsserted(() -> assertThat(
                        json(api.get("/users/user-Bob/sessions")).getAsJsonArray("sessions"))
                .hasSize(1));
        assertThat(api.post("/kicks", "{\"user_id\":\"user-Bob\",\"board\":\"left\",\"ban_seconds\":3600}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bob.awaitClose()).isEqualTo(CloseReason.KICKED.code());
        for (TestNode node : List.of(one, two)) {
            TestClient refused = kept(TestClient.connect(node.ws()));
            refused.send(frame -> frame.setJoin(Join.newBuilder()
                    .setBoard("left")
                    .setProfile(Profile.newBuilder().setUserId("user-Bob"))));
            refused.await("a refusal", () -> !refused.errors().isEmpty());
            assertThat(refused.errors().get(0).getCode()).isEqualTo("forbidden");
            assertThat(refused.errors().get(0).getRetryAfterMs()).isBetween(3_000_000, 3_600_000);
            refused.join("right", "Bob");
            refused.awaitNames("Bob");
            refused.leave();
        }
        ApiClient atTwo = new ApiClient(two.opsPort(), TOKEN);
        JsonObject bans = json(atTwo.get("/bans"));
        assertThat(fields(bans, "bans", "user_id")).containsExactly("user-Bob");
        assertThat(fields(bans, "bans", "board")).containsExactly("left");
        assertThat(atTwo.delete("/bans?user_id=user-Bob").body()).isEqualTo("{\"lifted\":false}");
        assertThat(atTwo.delete("/bans?user_id=user-Bob&board=left").body()).isEqualTo("{\"lifted\":true}");
        await().until(() -> json(api.get("/bans")).getAsJsonArray("bans").isEmpty());
        join(one, "left", "Bob").awaitNames("Bob");
    }

    @Test
    void thereAreNoMoreBansThanConfigured() {
        for (String user : List.of("a", "b")) {
            assertThat(api.post("/kicks", "{\"user_id\":\"" + user + "\",\"ban_seconds\":60}")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertRefused(api.post("/kicks", "{\"user_id\":\"c\",\"ban_seconds\":60}"), 409, "too_many_bans");
        assertThat(api.post("/kicks", "{\"user_id\":\"c\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void invalidRequestsAreRefusedWithTheReason() {
        assertRefused(api.get("/boards?limit=0"), 400, "bad_limit");
        assertRefused(api.get("/boards?limit=many"), 400, "bad_limit");
        assertRefused(api.get("/boards/a%20b/members"), 400, "bad_board");
        assertRefused(api.get("/rooms"), 404, "not_found");
        assertRefused(api.delete("/boards"), 405, "method_not_allowed");
        assertThat(api.delete("/boards").headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(api.post("/bans", "{}").headers().firstValue("allow")).contains("GET, HEAD, DELETE");
        assertRefused(new ApiClient(one.opsPort(), "").post("/openapi.json", "{}"), 405, "method_not_allowed");
        assertRefused(api.post("/users/online", "users"), 400, "bad_json");
        assertRefused(api.post("/users/online", "[]"), 400, "bad_json");
        assertRefused(api.post("/users/online", "{\"users\":[1]}"), 400, "bad_users");
        assertRefused(api.post("/users/online", "{}"), 400, "bad_users");
        assertRefused(api.post("/users/online", "{\"users\":null}"), 400, "bad_users");
        assertRefused(api.post("/users/online", "{\"users\":[\"\"]}"), 400, "bad_user_id");
        assertRefused(api.post("/users/online", "{\"user\":[]}"), 400, "unknown_field");
        assertRefused(api.post("/boards/b/signals", "{}"), 400, "bad_type");
        assertRefused(api.post("/boards/b/signals", "{\"type\":1}"), 400, "bad_type");
        String large = "x".repeat(16_385);
        assertRefused(
                api.post("/boards/b/signals", "{\"type\":\"t\",\"payload\":\"" + large + "\"}"), 400, "bad_payload");
        assertRefused(api.post("/boards/b/signals", "{\"type\":\"t\",\"payload_base64\":\"!\"}"), 400, "bad_payload");
        assertRefused(api.post("/boards/b/signals", "{\"type\":\"t\",\"to\":[\"1\"]}"), 400, "bad_member_id");
        assertRefused(api.post("/kicks", "{}"), 400, "bad_target");
        assertRefused(api.post("/kicks", "{\"user_id\":\"u\",\"member_id\":\"00\"}"), 400, "bad_target");
        String member = "\"member_id\":\"" + "0".repeat(32) + "\"";
        assertRefused(api.post("/kicks", "{" + member + "}"), 400, "bad_target");
        assertRefused(api.post("/kicks", "{\"board\":\"b\",\"ban_seconds\":1," + member + "}"), 400, "bad_target");
        assertRefused(api.post("/kicks", "{\"user_id\":\"u\",\"ban_seconds\":-1}"), 400, "bad_ban_seconds");
        for (String seconds : List.of("1.5", "\"60\"", "true", "[60]", "1e99")) {
            assertRefused(
                    api.post("/kicks", "{\"user_id\":\"u\",\"ban_seconds\":" + seconds + "}"), 400, "bad_ban_seconds");
        }
        assertRefused(api.delete("/bans"), 400, "bad_user_id");
        assertThat(one.metric("presence_api_requests_total{outcome=\"invalid\"}"))
                .isPositive();
    }

    @Test
    void requestsWithoutTheTokenAreRefused() {
        for (String token : List.of("", "another token of the test", TOKEN + "x")) {
            HttpResponse<String> refused = new ApiClient(one.opsPort(), token).get("/boards");
            assertRefused(refused, 401, "unauthorized");
            assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
        }
        TestNode off = kept(TestNode.alone());
        assertRefused(new ApiClient(off.opsPort(), TOKEN).get("/boards"), 403, "api_off");
        assertRefused(new ApiClient(off.opsPort(), "").get("/boards"), 403, "api_off");
        assertThat(one.metric("presence_api_requests_total{outcome=\"unauthorized\"}"))
                .isEqualTo(3);
    }

    @Test
    void theDocumentSaysWhatThereIs() {
        HttpResponse<String> response = new ApiClient(one.opsPort(), "").get("/openapi.json");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonObject document = json(response);
        assertThat(document.get("openapi").getAsString()).startsWith("3.1");
        Set<String> documented = new TreeSet<>();
        document.getAsJsonObject("paths")
                .entrySet()
                .forEach(path -> path.getValue().getAsJsonObject().keySet().forEach(method -> {
                    if (!method.equals("parameters")) {
                        documented.add(method + " " + path.getKey());
                    }
                }));
        assertThat(documented)
                .containsExactlyInAnyOrder(
                        "get /boards",
                        "get /boards/{board}/counts",
                        "get /boards/{board}/members",
                        "post /boards/{board}/signals",
                        "put /boards/{board}/agents/{key}",
                        "delete /boards/{board}/agents/{key}",
                        "post /boards/{board}/agents/{key}/cursor",
                        "post /boards/{board}/agents/{key}/signals",
                        "get /users/{user}/sessions",
                        "post /users/online",
                        "post /kicks",
                        "get /bans",
                        "delete /bans",
                        "get /events",
                        "get /events/live",
                        "get /webhooks/dead",
                        "delete /webhooks/dead/{id}",
                        "post /webhooks/dead/{id}/replay",
                        "get /activity",
                        "get /activity/boards",
                        "get /openapi.json");
        for (String operation : documented) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{\\w+}", "x");
            if (path.equals("/events/live")) {
                // Its response does not end; EventsIT reads it.
                continue;
            }
            int status = api.send(parts[0].toUpperCase(Locale.ROOT), path, "{}".getBytes(StandardCharsets.UTF_8))
                    .statusCode();
            // There is no dead letter x.
            assertThat(status).as(operation).isNotIn(path.endsWith("/replay") ? 400 : 404, 405, 500);
        }
    }

    @Test
    void withoutRedisAnOrderIsDoneHereAndTheCallerIsTold() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TestNode node = TestNode.start(Map.of(
                        "REDIS_URL", redis.url(), "PRESENCE_API_TOKEN", TOKEN, "PRESENCE_REDIS_TIMEOUT_MS", "2000"));
                TestClient bob = TestClient.join(node.ws(), "left", "Bob")) {
            ApiClient cutOff = new ApiClient(node.opsPort(), TOKEN);
            redis.kill();
            assertRefused(cutOff.post("/kicks", "{\"user_id\":\"user-Bob\",\"ban_seconds\":60}"), 503, "unavailable");
            assertThat(bob.awaitClose()).isEqualTo(CloseReason.KICKED.code());
            assertRefused(cutOff.get("/boards"), 503, "unavailable");

            // The ban outlives a Redis that never stored it.
            redis.startAgain();
            try (TestNode later = TestNode.start(Map.of("REDIS_URL", redis.url(), "PRESENCE_API_TOKEN", TOKEN))) {
                ApiClient afterwards = new ApiClient(later.opsPort(), TOKEN);
                await().untilAsserted(() -> assertThat(fields(json(cutOff.get("/bans")), "bans", "user_id"))
                        .containsExactly("user-Bob"));
                await().untilAsserted(() -> assertThat(fields(json(afterwards.get("/bans")), "bans", "user_id"))
                        .containsExactly("user-Bob"));
            }
        }
    }
}
