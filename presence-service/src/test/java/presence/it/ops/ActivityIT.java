package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Activity is the same on any node, with Redis and without. */
@WithRedis
class ActivityIT {
    private static final String TOKEN = "a token of the test";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

    ActivityIT(TestRedis redis) {
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PREFIX", "act-" + UUID.randomUUID());
        settings.put("PRESENCE_API_TOKEN", TOKEN);
        settings.put("PRESENCE_ACTIVITY_DAYS", "1");
        settings.put("PRESENCE_ACTIVITY_SECONDS", "1");
    }

    private <T extends AutoCloseable> T kept(T thing) {
        open.add(0, thing);
        return thing;
    }

    private TestNode node() {
        return kept(TestNode.start(settings));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private static JsonObject ask(TestNode node, String path) {
        HttpResponse<String> response = new ApiClient(node.opsPort(), TOKEN).get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static long total(TestNode node, String query, String name) {
        return ask(node, "/activity" + query).getAsJsonObject("total").get(name).getAsLong();
    }

    private static String code(TestNode node, String path) {
        return JsonParser.parseString(
                        new ApiClient(node.opsPort(), TOKEN).get(path).body())
                .getAsJsonObject()
                .getAsJsonObject("error")
                .get("code")
                .getAsString();
    }

    private static void assertCounts(TestNode one, TestNode two) {
        TestClient ada = TestClient.join(one.ws(), "b1", "Ada");
        TestClient bob = TestClient.join(two.ws(), "b1", "Bob");
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        bob.send(frame ->
                frame.setSignal(SignalSend.newBuilder().setType("wave").setPayload(ByteString.copyFromUtf8("hi"))));
        ada.await("the signal", () -> ada.signals().size() == 1);
        await("both members in one sample").until(() -> total(two, "", "members_most") == 2);
        await("member time")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ask(two, "/activity?board=b1")
                                .getAsJsonObject("total")
                                .get("member_minutes")
                                .getAsDouble()
                        >= 0.05);
        ada.leave();
        bob.leave();
        await("sessions")
                .until(() -> Math.round(one.metric("presence_session_length_seconds_count")
                                + (one == two ? 0 : two.metric("presence_session_length_seconds_count")))
                        == 2);
        await("all of it")
                .until(() -> total(two, "?board=b1", "joins") == 2 && total(two, "?board=b1", "signals") == 1);
        JsonObject board = ask(one, "/activity?board=b1");
        assertThat(board.getAsJsonObject("total").get("members_most").getAsLong())
                .isEqualTo(2);
        JsonObject all = ask(one, "/activity").getAsJsonObject("total");
        assertThat(all.get("joins").getAsLong()).isEqualTo(2);
        assertThat(all.get("signals").getAsLong()).isEqualTo(1);
        assertThat(all.get("users").getAsLong()).isEqualTo(2);
        JsonArray hours = board.getAsJsonArray("hours");
        long joins = 0;
        for (JsonElement hour : hours) {
            // The test may run over the end of an hour.
            String text = hour.getAsJsonObject().get("hour").getAsString();
            for (JsonElement item : ask(one, "/activity/boards?hour=" + text).getAsJsonArray("boards")) {
                assertThat(item.getAsJsonObject().get("board").getAsString()).isEqualTo("b1");
                joins += item.getAsJsonObject().get("joins").getAsLong();
            }
        }
        assertThat(joins).isEqualTo(2);
        assertThat(one.metric("presence_board_size_members_count")).isPositive();
    }

    @Test
    void countsOverAllNodes() {
        assertCounts(node(), node());
    }

    @Test
    void countsWithoutRedis() {
        settings.remove("REDIS_URL");
        TestNode node = node();
        assertCounts(node, node);
    }

    @Test
    void writesWhatItHasWhenANodeStops() throws Exception {
        settings.put("PRESENCE_ACTIVITY_SECONDS", "600");
        TestNode one = TestNode.start(settings);
        TestNode two = node();
        try (TestClient ada = TestClient.join(one.ws(), "b1", "Ada")) {
            ada.leave();
            await().until(() -> one.metric("presence_session_length_seconds_count") == 1);
        }
        one.close();
        assertThat(total(two, "?board=b1", "joins")).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBeAsked() {
        TestNode node = node();
        assertThat(code(node, "/activity?from=yesterday")).isEqualTo("bad_from");
        assertThat(code(node, "/activity?to=1")).isEqualTo("bad_to");
        assertThat(code(node, "/activity/boards?hour=x")).isEqualTo("bad_hour");
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        assertThat(code(node, "/activity?to=" + now + "&from=" + now.plus(2, ChronoUnit.HOURS)))
                .isEqualTo("bad_range");
        assertThat(code(node, "/activity?to=" + now + "&from=" + now.minus(40, ChronoUnit.DAYS)))
                .isEqualTo("bad_range");
        settings.remove("PRESENCE_ACTIVITY_DAYS");
        assertThat(code(node(), "/activity")).isEqualTo("activity_off");
    }
}
