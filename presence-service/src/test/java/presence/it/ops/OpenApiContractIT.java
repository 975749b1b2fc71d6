package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.activity.Batch;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.SignalSend;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.process.Command;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;
import presence.testing.process.WebhookReceiver;
import presence.webhook.DeadLetter;
import presence.webhook.Target;

/**
 * A node answers as its OpenAPI document says: schemathesis makes valid and invalid requests from the document, and
 * compares statuses, content types, bodies and refusals with it. All operations are tried; {@code schemathesis.toml}
 * lists the exceptions and their reasons.
 */
@Requires(Tool.SCHEMATHESIS)
@WithRedis
class OpenApiContractIT {
    private static final String TOKEN = "a-token-of-the-test";
    private static final String SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    // Examples in the document, as are the users ada and bob.
    private static final String BOARD = "board-42";
    private static final List<String> LETTERS =
            List.of("evt_1767225600000-0_1767225601000-2", "evt_1767225602000-0_1767225603000-1");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final RedisCommands<String, String> redis;
    private final String prefix = "contract-" + UUID.randomUUID();
    private final WebhookReceiver receiver = kept(new WebhookReceiver(SECRET));
    private final TestNode node;
    private final ApiClient api;

    OpenApiContractIT(TestRedis server) {
        RedisClient client = RedisClient.create(server.operatorUrl());
        open.add(() -> client.shutdown(Duration.ZERO, Duration.ofSeconds(1)));
        redis = client.connect().sync();
        node = kept(TestNode.start(Map.ofEntries(
                Map.entry("REDIS_URL", server.url()),
                Map.entry("PRESENCE_PREFIX", prefix),
                Map.entry("PRESENCE_API_TOKEN", TOKEN),
                Map.entry("PRESENCE_OPS_REQUESTS_PER_SECOND", "0"),
                // The document has the largest value of the setting.
                Map.entry("PRESENCE_MAX_NAME_BYTES", "1024"),
                Map.entry("PRESENCE_AGENT_CALLS_PER_SECOND", "0"),
                Map.entry("PRESENCE_EVENTS", "on"),
                Map.entry("PRESENCE_EVENTS_SIGNALS", "wave"),
                Map.entry("PRESENCE_ACTIVITY_DAYS", "1"),
                Map.entry("PRESENCE_ACTIVITY_SECONDS", "1"),
                Map.entry("PRESENCE_WEBHOOK_URL", receiver.url()),
                Map.entry("PRESENCE_WEBHOOK_SECRET", SECRET),
                Map.entry("PRESENCE_WEBHOOK_ADDRESSES", "any"))));
        api = new ApiClient(node.opsPort(), TOKEN);
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

    private TestClient join(String board, String user) {
        TestClient client = kept(TestClient.connect(node.ws()));
        client.send(frame -> frame.setJoin(Join.newBuilder()
                .setBoard(board)
                .setProfile(Profile.newBuilder().setUserId(user).setName(user).setColor("#e91e63"))
                .putState("tool", ByteString.copyFromUtf8("pen"))));
        client.awaitNames(user);
        return client;
    }

    private JsonArray list(String path, String name) {
        return JsonParser.parseString(api.get(path).body()).getAsJsonObject().getAsJsonArray(name);
    }

    /** Creates an item in each list that the API returns. */
    private void fill() {
        join(BOARD, "bob").leave();
        TestClient ada = join(BOARD, "ada");
        join("board-43", "ada");
        ada.send(frame ->
                frame.setSignal(SignalSend.newBuilder().setType("wave").setPayload(ByteString.copyFromUtf8("hi"))));
        api.send("PUT", "/boards/" + BOARD + "/agents/assistant", "{}".getBytes(StandardCharsets.UTF_8));
        api.post("/kicks", "{\"user_id\":\"eve\",\"ban_seconds\":3600}");
        String target = Target.of(URI.create(receiver.url())).name();
        for (String id : LETTERS) {
            String body = "{\"data\":{\"events\":[]}}";
            redis.hset(key("dead"), id, new DeadLetter(id, target, 1, 1_000, 9, "HTTP 500", body).json());
            redis.hset(key("deadbody"), id, body);
        }
        fillHourBefore();
        await().until(() -> list("/boards", "boards").size() == 2
                && list("/boards/" + BOARD + "/members", "members").size() == 2
                && list("/users/ada/sessions", "sessions").size() == 2
                && list("/bans", "bans").size() == 1
                && list("/events?kind=signal", "events").size() == 1
                && list("/events?kind=member.left", "events").size() == 1
                && list("/webhooks/dead", "dead_letters").size() == LETTERS.size()
                && !list("/activity", "hours").isEmpty()
                && !list("/activity?board=" + BOARD, "hours").isEmpty()
                && !list("/activity/boards", "boards").isEmpty());
    }

    /** Copies the boards of this hour to the hour before, which the API shows by default. */
    private void fillHourBefore() {
        await().until(() -> {
            long hour = Batch.hourOf(System.currentTimeMillis());
            return redis.copy(boards(hour), boards(hour - 1))
                    || !list("/activity/boards", "boards").isEmpty();
        });
    }

    private String boards(long hour) {
        return prefix + ":act:{" + prefix + ":activity}:b:" + hour;
    }

    private String key(String kind) {
        return prefix + ":" + kind + ":{" + prefix + ":users}";
    }

    @Test
    void aNodeAnswersAsItsDocumentSays(@TempDir Path folder) throws Exception {
        fill();
        Path settings =
                Path.of(OpenApiContractIT.class.getResource("schemathesis.toml").toURI());
        Command.Result result = Command.in(folder)
                .with("PRESENCE_API_TOKEN", TOKEN)
                .run(
                        PATIENCE,
                        List.of(
                                Tool.SCHEMATHESIS.path(),
                                "--config-file",
                                settings.toString(),
                                "run",
                                "http://127.0.0.1:" + node.opsPort() + "/api/v1/openapi.json",
                                "--no-shrink",
                                "--continue-on-failure",
                                "--no-color"));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .as("all operations are tried")
                .containsPattern("Selected: (\\d+)/\\1\\s+Tested: \\1\\s");
    }
}
