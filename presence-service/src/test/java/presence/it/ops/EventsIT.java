package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.EventLog;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** The event log tells who came and went, on any node, with Redis and without. */
@WithRedis
class EventsIT {
    private static final String TOKEN = "a token of the test";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

    EventsIT(TestRedis redis) {
        settings.put("REDIS_URL", redis.url());
        settings.put("PRESENCE_PREFIX", "e-" + UUID.randomUUID());
        settings.put("PRESENCE_API_TOKEN", TOKEN);
        settings.put("PRESENCE_EVENTS", "on");
        settings.put("PRESENCE_EVENTS_SIGNALS", "wave");
        settings.put("PRESENCE_EVENTS_BOARDS", "b*");
        settings.put("PRESENCE_LINGER_SECONDS", "0");
    }

    private <T extends AutoCloseable> T kept(T thing) {
        open.add(0, thing);
        return thing;
    }

    private TestNode node() {
        return kept(TestNode.start(settings));
    }

    private static EventLog log(TestNode node) {
        return new EventLog(node.opsPort(), TOKEN);
    }

    private static String idOf(TestClient client) {
        return HexFormat.of().formatHex(client.self().getMemberId().toByteArray());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private static void wave(TestClient client, String type) {
        client.send(frame ->
                frame.setSignal(SignalSend.newBuilder().setType(type).setPayload(ByteString.copyFromUtf8("hi"))));
    }

    private static void assertTellsTheStory(TestNode one, TestNode two) {
        TestClient ada = TestClient.join(one.ws(), "b1", "Ada");
        // Events of different nodes are in the order in which Redis gets them.
        await().until(() -> log(one).story("b1").size() == 2);
        TestClient bob = TestClient.join(two.ws(), "b1", "Bob");
        String bobsId = idOf(bob);
        ada.awaitNames("Ada", "Bob");
        wave(bob, "nod");
        wave(bob, "wave");
        ada.await("the signals", () -> ada.signals().size() == 2);
        ada.leave();
        bob.awaitNames("Bob");
        assertThat(new ApiClient(one.opsPort(), TOKEN)
                        .post("/kicks", "{\"board\":\"b1\",\"user_id\":\"user-Bob\"}")
                        .statusCode())
                .isEqualTo(200);
        await().until(() -> log(one).story("b1").contains("board.closed"));
        assertThat(log(two).story("b1"))
                .containsExactly(
                        "board.opened",
                        "member.joined",
                        "member.joined",
                        "signal",
                        "member.left",
                        "member.kicked",
                        "member.left",
                        "board.closed");
        List<JsonObject> events = log(two).all("board=b1&kind=member.joined,signal&kind=member.left", 1_000);
        JsonObject joined = events.get(1);
        assertThat(joined.get("member_id").getAsString()).isEqualTo(bobsId);
        assertThat(joined.get("user_id").getAsString()).isEqualTo("user-Bob");
        assertThat(joined.get("node").getAsString()).isEqualTo(two.id());
        assertThat(joined.getAsJsonObject("data").get("name").getAsString()).isEqualTo("Bob");
        assertThat(events.get(2).getAsJsonObject("data").toString())
                .isEqualTo("{\"type\":\"wave\",\"payload\":\"aGk=\"}");
        assertThat(events.get(3).getAsJsonObject("data").get("reason").getAsString())
                .isEqualTo("left");
        assertThat(events.get(4).getAsJsonObject("data").get("reason").getAsString())
                .isEqualTo("kicked");
        await("users to go offline")
                .until(() -> log(one).all("kind=user.offline", 1_000).size() == 2);
        assertThat(log(one).all("kind=user.online", 1_000))
                .extracting(event -> event.get("user_id").getAsString())
                .containsExactlyInAnyOrder("user-Ada", "user-Bob");
        assertThat(log(one).all("", 2)).isEqualTo(log(one).all("", 1_000));
        ada.close();
        bob.close();
    }

    @Test
    void tellWhoComesAndGoesOverTwoNodes() {
        assertTellsTheStory(node(), node());
    }

    @Test
    void tellTheSameOfANodeAlone() {
        settings.remove("REDIS_URL");
        TestNode alone = node();
        assertTellsTheStory(alone, alone);
    }

    @Test
    void tellNoLeaveAndNoJoinOfAMemberThatResumesElsewhere() {
        TestNode one = node();
        TestNode two = node();
        TestClient ada = kept(TestClient.join(one.ws(), "b2", "Ada"));
        String id = idOf(ada);
        ada.abort();
        TestClient again = kept(TestClient.resume(two.ws(), ada));
        assertThat(idOf(again)).isEqualTo(id);
        await("the former node to give it up").until(() -> one.metric("presence_members_local") == 0);
        again.leave();
        await().until(() -> log(one).story("b2").contains("board.closed"));
        assertThat(log(one).story("b2"))
                .containsExactly("board.opened", "member.joined", "member.left", "board.closed");
        assertThat(log(one).all("board=b2&kind=member.left", 10)
                        .get(0)
                        .get("node")
                        .getAsString())
                .isEqualTo(two.id());
    }

    @Test
    void tellNothingOfOtherBoardsAndOfUnknownKinds() throws Exception {
        TestNode one = node();
        kept(TestClient.join(one.ws(), "other", "Ada"));
        kept(TestClient.join(one.ws(), "b3", "Bob"));
        await().until(() -> log(one).story("b3").size() == 2);
        assertThat(log(one).story("other")).isEmpty();
        ApiClient api = new ApiClient(one.opsPort(), TOKEN);
        assertThat(api.get("/events?kind=member.jioned").body()).contains("bad_kind");
        assertThat(api.get("/events?after=yesterday").body()).contains("bad_after");
        for (String[] ids : new String[][] {{"yesterday", "1-0"}, {"1-0", "yesterday"}}) {
            assertThat(askLive(one, "after=" + ids[0], ids[1]).statusCode()).isEqualTo(400);
        }
        assertThat(api.get("/events?after=1-0").body()).contains("\"gap\":true");
        settings.put("PRESENCE_EVENTS", "off");
        TestNode off = node();
        assertThat(new ApiClient(off.opsPort(), TOKEN).get("/events").body()).contains("events_off");
    }

    private static HttpResponse<InputStream> askLive(TestNode node, String query, String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.opsPort() + "/api/v1/events/live?" + query))
                .header("Authorization", "Bearer " + TOKEN);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** A live stream, read line by line, after its first lines. */
    private BufferedReader live(TestNode node, String query, String lastEventId) throws Exception {
        HttpResponse<InputStream> response = askLive(node, query, lastEventId);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        BufferedReader lines = kept(new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
        String after = lines.readLine().replace(": begins after ", "");
        assertThat(after).matches(lastEventId.isEmpty() ? "\\d+-\\d+" : lastEventId);
        // What EventSource sends as Last-Event-ID if the stream breaks before the first event.
        assertThat(lines.readLine()).isEqualTo("id: " + after);
        assertThat(lines.readLine()).isEmpty();
        return lines;
    }

    /** The next event of a stream: id, kind and data. */
    private static List<String> next(BufferedReader lines) throws Exception {
        List<String> fields = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ") || line.startsWith("event: ") || line.startsWith("data: ")) {
                fields.add(line.substring(line.indexOf(' ') + 1));
            } else if (fields.size() > 1) {
                return fields;
            } else {
                // An id without an event, which a stream sends every 15 s.
                fields.clear();
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void areStreamedFromWhereAClientLeftOff() throws Exception {
        TestNode one = node();
        TestNode two = node();
        kept(TestClient.join(one.ws(), "b4", "Ada"));
        await().until(() -> log(one).story("b4").size() == 2);
        BufferedReader stream = live(two, "board=b4&kind=member.joined", "");
        kept(TestClient.join(one.ws(), "b5", "Bob"));
        kept(TestClient.join(one.ws(), "b4", "Cleo"));
        List<String> cleo = next(stream);
        assertThat(cleo.get(1)).isEqualTo("member.joined");
        assertThat(JsonParser.parseString(cleo.get(2))
                        .getAsJsonObject()
                        .get("user_id")
                        .getAsString())
                .isEqualTo("user-Cleo");
        assertThat(one.metric("presence_events_streams") + two.metric("presence_events_streams"))
                .isEqualTo(1);
        kept(TestClient.join(one.ws(), "b4", "Dora"));
        BufferedReader again = live(one, "board=b4", cleo.get(0));
        assertThat(next(again).get(2)).contains("user-Dora");
        assertThat(next(stream).get(2)).contains("user-Dora");
    }

    @Test
    void areToldOfMembersThatLeftWithTheirNode() {
        TestNode one = node();
        TestNode two = TestNode.start(settings);
        kept(TestClient.join(two.ws(), "b6", "Ada"));
        await().until(() -> log(one).story("b6").size() == 2);
        two.close();
        assertThat(log(one).story("b6"))
                .containsExactly("board.opened", "member.joined", "member.left", "board.closed");
    }
}
