package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.testing.client.Metrics;
import presence.testing.client.RawHttp;
import presence.testing.client.Resp;
import presence.testing.client.TestClient;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** {@code /overview} has what the operators' page shows, and the page is served with it. */
@Tag("redis")
class OverviewIT {
    private static final String SECRET = "a-secret-that-no-page-may-show-0123456789";

    private static JsonObject overview(TestNode node) {
        return JsonParser.parseString(Metrics.get("http://127.0.0.1:" + node.opsPort() + "/overview")
                        .body())
                .getAsJsonObject();
    }

    private static List<JsonObject> objects(JsonArray array) {
        List<JsonObject> objects = new ArrayList<>();
        array.forEach(element -> objects.add(element.getAsJsonObject()));
        return objects;
    }

    private static Map<String, Integer> boards(JsonObject overview) {
        Map<String, Integer> boards = new LinkedHashMap<>();
        objects(overview.getAsJsonObject("boards").getAsJsonArray("largest"))
                .forEach(size -> boards.put(
                        size.get("board").getAsString(), size.get("members").getAsInt()));
        return boards;
    }

    private static List<String> warnings(JsonObject overview) {
        return objects(overview.getAsJsonObject("warnings").getAsJsonArray("latest")).stream()
                .map(warning -> warning.get("text").getAsString())
                .toList();
    }

    private static JsonObject histogram(TestNode node, String name) {
        return objects(overview(node).getAsJsonArray("histograms")).stream()
                .filter(histogram -> histogram.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String ask(TestNode node, String request) throws IOException {
        try (Socket socket = RawHttp.connect(node.opsPort())) {
            socket.getOutputStream().write(RawHttp.bytes(request + "Connection: close\r\n\r\n"));
            return RawHttp.answer(socket);
        }
    }

    @Test
    void itHasBothNodesTheBoardsOfThisOneAndTheEndOfRedis() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            Map<String, String> settings =
                    new HashMap<>(Map.of("REDIS_URL", server.url(), "PRESENCE_NODE_HEARTBEAT_MS", "200"));
            settings.put("SERVER_ID", "one");
            TestNode one = TestNode.start(settings);
            settings.put("SERVER_ID", "two");
            try (one;
                    TestNode two = TestNode.start(settings);
                    TestClient ada = TestClient.join(one.ws(), "small", "Ada");
                    TestClient bob = TestClient.join(one.ws(), "large", "Bob");
                    TestClient cem = TestClient.join(two.ws(), "large", "Cem");
                    TestClient dan = TestClient.join(two.ws(), "elsewhere", "Dan")) {
                await("both boards are shown with the members of both nodes")
                        .until(() -> boards(overview(one)).equals(Map.of("large", 2, "small", 1)));
                assertThat(boards(overview(one)).keySet()).containsExactly("large", "small");
                await("the other node has reported its connections").untilAsserted(() -> {
                    List<JsonObject> instances = objects(overview(one).getAsJsonArray("instances"));
                    assertThat(instances)
                            .extracting(node -> node.get("label").getAsString())
                            .containsExactly("one", "two");
                    assertThat(instances.get(1).get("node").getAsString()).isEqualTo(two.id());
                    assertThat(instances.get(1).get("connections").getAsInt()).isEqualTo(2);
                    assertThat(instances.get(1).get("members").getAsInt()).isEqualTo(2);
                    assertThat(instances.get(0).get("silent_ms").getAsLong()).isZero();
                });
                await("silence is measured")
                        .until(() -> objects(overview(one).getAsJsonArray("instances"))
                                        .get(1)
                                        .get("silent_ms")
                                        .getAsLong()
                                > 0);
                JsonObject redis = overview(one).getAsJsonObject("ready").getAsJsonObject("redis");
                assertThat(redis.get("up").getAsBoolean()).isTrue();

                server.kill();

                await("the end of Redis is shown").untilAsserted(() -> {
                    JsonObject now = overview(one);
                    JsonObject ready = now.getAsJsonObject("ready");
                    assertThat(ready.get("state").getAsString()).isEqualTo("degraded");
                    assertThat(ready.get("reason").getAsString()).isEqualTo("redis cannot be reached");
                    assertThat(ready.getAsJsonObject("redis").get("subscriber").getAsBoolean())
                            .isFalse();
                    assertThat(warnings(now)).anyMatch(text -> text.startsWith("redis connection lost"));
                    assertThat(now.getAsJsonObject("stats").get("total_users").isJsonNull())
                            .isTrue();
                });
                List<TestClient> all = List.of(ada, bob, cem, dan);
                assertThat(all).flatMap(TestClient::complaints).isEmpty();
            }
        }
    }

    @Test
    void itCountsDurationsCloseReasonsAndWarnings() {
        try (TestNode node = TestNode.alone();
                TestClient ada = TestClient.join(node.ws(), "b1", "Ada");
                TestClient bob = TestClient.join(node.ws(), "b1", "Bob");
                TestClient eve = TestClient.connect(node.ws())) {
            ada.cursor(3, 4);
            bob.awaitCursor("Ada", 3, 4);
            eve.sendText("no binary frame");
            eve.awaitClose();

            JsonObject ages = histogram(node, "presence_cursor_age");
            assertThat(ages.get("count").getAsLong()).isPositive();
            assertThat(ages.get("meaning").getAsString()).contains("position");
            List<Long> counts = objects(ages.getAsJsonArray("buckets")).stream()
                    .map(bucket -> bucket.get("count").getAsLong())
                    .toList();
            assertThat(counts).hasSize(11).isSorted();
            assertThat(counts.get(10))
                    .isEqualTo(
                            histogram(node, "presence_cursor_age").get("count").getAsLong());
            assertThat(overview(node)
                            .getAsJsonObject("closed")
                            .get("text_frame")
                            .getAsInt())
                    .isEqualTo(1);
            assertThat(overview(node).getAsJsonObject("warnings").get("total").getAsInt())
                    .isPositive();
            assertThat(warnings(overview(node))).anyMatch(text -> text.startsWith("no authentication"));
        }
    }

    @Test
    void namesAndTextsAreShownOnlyWhereTheyMayBe() {
        for (Map<String, String> hiding :
                List.of(Map.of("PRESENCE_OPS_DETAILS", "off"), Map.of("PRESENCE_OPS_BIND", "0.0.0.0"))) {
            try (TestNode node = TestNode.start(hiding);
                    TestClient ada = TestClient.join(node.ws(), "b1", "Ada")) {
                JsonObject overview = overview(node);
                assertThat(overview.getAsJsonObject("boards").get("count").getAsInt())
                        .isEqualTo(1);
                assertThat(overview.getAsJsonObject("boards").get("largest").isJsonNull())
                        .isTrue();
                assertThat(overview.getAsJsonObject("warnings").get("total").getAsInt())
                        .isPositive();
                assertThat(overview.getAsJsonObject("warnings").get("latest").isJsonNull())
                        .isTrue();
                assertThat(ada.complaints()).isEmpty();
            }
        }
        try (TestNode node = TestNode.start(Map.of("PRESENCE_OPS_DETAILS", "on", "PRESENCE_OPS_BIND", "0.0.0.0"))) {
            assertThat(warnings(overview(node))).isNotEmpty();
        }
    }

    @Test
    void noSecretIsShown() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            Resp.require(server.port(), "CONFIG", "SET", "requirepass", SECRET);
            try (TestNode node = TestNode.start(Map.of(
                    "REDIS_URL",
                    "redis://:" + SECRET + "@127.0.0.1:" + server.port(),
                    "PRESENCE_API_TOKEN",
                    SECRET,
                    "PRESENCE_AUTH",
                    "jwt",
                    "PRESENCE_JWT_SECRET",
                    SECRET))) {
                TestClient.connect(node.ws(), SECRET).awaitClose();
                server.kill();
                await("the end of Redis is logged")
                        .until(() -> warnings(overview(node)).stream()
                                .anyMatch(text -> text.startsWith("redis connection")));
                assertThat(overview(node).toString()).doesNotContain(SECRET);
            }
        }
    }

    @Test
    void thePageKeepsTheRulesOfTheOperatorsPort() throws IOException {
        try (TestNode node = TestNode.alone()) {
            String host = "Host: 127.0.0.1:" + node.opsPort() + "\r\n";
            String page = ask(node, "GET / HTTP/1.1\r\n" + host);
            assertThat(page)
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'self'")
                    .contains("require-trusted-types-for 'script'", "frame-ancestors 'none'")
                    .containsIgnoringCase("x-content-type-options: nosniff")
                    .doesNotContain("unsafe-inline", "style=", "<script>");
            String etag = page.lines()
                    .filter(line -> line.regionMatches(true, 0, "etag: ", 0, 6))
                    .findFirst()
                    .orElseThrow()
                    .substring(6);
            assertThat(ask(node, "GET / HTTP/1.1\r\n" + host + "If-None-Match: " + etag + "\r\n"))
                    .startsWith("HTTP/1.1 304");
            assertThat(ask(node, "POST / HTTP/1.1\r\nContent-Length: 0\r\n" + host))
                    .startsWith("HTTP/1.1 405");
            assertThat(ask(node, "GET /page/../page.css HTTP/1.1\r\n" + host)).startsWith("HTTP/1.1 404");
            for (String path : List.of("/", "/overview", "/page/main.js", "/page/page.css", "/page/icon.svg")) {
                String get = "GET " + path + " HTTP/1.1\r\n";
                assertThat(ask(node, get + host)).as(path).startsWith("HTTP/1.1 200");
                assertThat(ask(node, get + "Host: evil.example\r\n")).as(path).startsWith("HTTP/1.1 421");
                assertThat(ask(node, get + host + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))
                        .as(path)
                        .startsWith("HTTP/1.1 403");
            }
            for (JsonElement name : overview(node).getAsJsonArray("histograms")) {
                assertThat(name.getAsJsonObject().get("name").getAsString()).startsWith("presence_");
            }
        }
    }
}
