package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.security.ApiRight;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Tokens for the HTTP API grant what their line in the file says, and nothing else. */
class ApiTokensIT {
    private static final String MASTER = "the token for everything";

    private final Path file;
    private final TestNode node;

    ApiTokensIT(@TempDir Path folder) throws Exception {
        file = folder.resolve("tokens");
        Files.writeString(file, lines());
        node = TestNode.start(Map.of(
                "PRESENCE_API_TOKEN",
                MASTER,
                "PRESENCE_API_TOKENS_FILE",
                file.toString(),
                "PRESENCE_FILES_CHECK_MS",
                "100",
                "PRESENCE_EVENTS",
                "on"));
    }

    /** A token for each right on all boards, and one for all rights on the boards of a team. */
    private static String lines() {
        return Stream.of(ApiRight.values())
                        .map(right -> right.text() + " " + secret(right.text()) + " " + right.text() + " *\n")
                        .collect(Collectors.joining())
                + "team " + secret("team") + " all own/*\n";
    }

    private static String secret(String name) {
        return "the-token-of-" + name + "-of-the-test";
    }

    private ApiClient api(String token) {
        return new ApiClient(node.opsPort(), token);
    }

    private ApiClient as(String name) {
        return api(secret(name));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    /** The error's code; empty for an answer that is none. */
    private static String code(HttpResponse<String> response) {
        JsonObject error = json(response).getAsJsonObject("error");
        return error == null ? "" : error.get("code").getAsString();
    }

    private static void assertForbidden(HttpResponse<String> response, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
        assertThat(code(response)).isEqualTo(code);
    }

    private static HttpResponse<String> call(ApiClient api, String method, String path) {
        return api.send(method.toUpperCase(Locale.ROOT), path, "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyOperationNeedsTheRightThatTheDocumentNamesAndNoOther() {
        JsonObject paths = json(api("").get("/openapi.json")).getAsJsonObject("paths");
        for (Map.Entry<String, JsonElement> path : paths.entrySet()) {
            for (Map.Entry<String, JsonElement> operation :
                    path.getValue().getAsJsonObject().entrySet()) {
                String method = operation.getKey();
                if (method.equals("parameters") || path.getKey().equals("/openapi.json")) {
                    continue;
                }
                String needed = operation
                        .getValue()
                        .getAsJsonObject()
                        .getAsJsonArray("security")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("token")
                        .get(0)
                        .getAsString();
                for (ApiRight right : ApiRight.values()) {
                    // The response to a permitted request for the live stream does not end: an invalid one.
                    String asked = path.getKey().replaceAll("\\{\\w+}", "x") + "?after=invalid";
                    HttpResponse<String> answer = call(as(right.text()), method, asked);
                    assertThat(code(answer).equals("forbidden_right"))
                            .as("%s %s as %s: %s", method, path.getKey(), right, answer.body())
                            .isEqualTo(!right.text().equals(needed));
                }
                if (path.getKey().contains("{board}")) {
                    String there =
                            path.getKey().replace("{board}", "other%2Fone").replaceAll("\\{\\w+}", "x");
                    assertForbidden(call(as("team"), method, there), "forbidden_board");
                    String own = path.getKey().replace("{board}", "own%2Fone").replaceAll("\\{\\w+}", "x");
                    assertThat(code(call(as("team"), method, own))).as(own).isNotEqualTo("forbidden_board");
                }
            }
        }
        assertThat(node.metric("presence_api_requests_total{outcome=\"forbidden\"}"))
                .isPositive();
    }

    @Test
    void listsShowOnlyTheBoardsOfTheToken() {
        try (TestClient ada = TestClient.join(node.ws(), "own/one", "Ada");
                TestClient bob = TestClient.join(node.ws(), "other/one", "Bob")) {
            ada.awaitNames("Ada");
            bob.awaitNames("Bob");
            bob.join("own/two", "Bob");
            await().until(
                            () -> names(api(MASTER).get("/boards"), "boards", "board"),
                            Set.of("own/one", "own/two", "other/one")::equals);
            JsonObject boards = json(as("team").get("/boards"));
            assertThat(names(as("team").get("/boards"), "boards", "board")).isEqualTo(Set.of("own/one", "own/two"));
            assertThat(boards.get("total").getAsInt()).isEqualTo(2);

            await().until(() -> names(api(MASTER).get("/users/user-Bob/sessions"), "sessions", "board")
                            .size()
                    == 2);
            assertThat(names(as("team").get("/users/user-Bob/sessions"), "sessions", "board"))
                    .isEqualTo(Set.of("own/two"));
            assertForbidden(as("team").post("/users/online", "{\"users\":[\"user-Bob\"]}"), "forbidden_board");

            await().until(() -> names(api(MASTER).get("/events"), "events", "board"), found -> found.size() == 3);
            assertThat(names(as("team").get("/events"), "events", "board")).isEqualTo(Set.of("own/one", "own/two"));
            assertThat(names(api(MASTER).get("/events"), "events", "kind")).contains("user.online");
            assertThat(names(as("team").get("/events"), "events", "kind"))
                    .contains("member.joined")
                    .doesNotContain("user.online");
            assertForbidden(as("team").get("/events?board=other%2Fone"), "forbidden_board");
            assertForbidden(as("team").get("/events/live?board=other%2Fone"), "forbidden_board");
        }
    }

    @Test
    void aTokenForSomeBoardsModeratesThereOnly() {
        ApiClient team = as("team");
        assertForbidden(team.post("/kicks", "{\"user_id\":\"u\",\"ban_seconds\":60}"), "forbidden_board");
        assertForbidden(
                team.post("/kicks", "{\"user_id\":\"u\",\"board\":\"other/one\",\"ban_seconds\":60}"),
                "forbidden_board");
        assertThat(team.post("/kicks", "{\"user_id\":\"u\",\"board\":\"own/one\",\"ban_seconds\":60}")
                        .statusCode())
                .isEqualTo(200);
        api(MASTER).post("/kicks", "{\"user_id\":\"v\",\"ban_seconds\":60}");
        api(MASTER).post("/kicks", "{\"user_id\":\"w\",\"board\":\"other/one\",\"ban_seconds\":60}");
        assertThat(names(team.get("/bans"), "bans", "user_id")).isEqualTo(Set.of("u"));
        assertThat(names(api(MASTER).get("/bans"), "bans", "user_id")).isEqualTo(Set.of("u", "v", "w"));
        assertForbidden(team.delete("/bans?user_id=v"), "forbidden_board");
        assertForbidden(team.delete("/bans?user_id=w&board=other%2Fone"), "forbidden_board");
        assertThat(team.delete("/bans?user_id=u&board=own%2Fone").body()).isEqualTo("{\"lifted\":true}");
    }

    @Test
    void aChangedFileCountsWithoutARestart() throws Exception {
        assertThat(as("read").get("/boards").statusCode()).isEqualTo(200);
        Path changed = Files.writeString(file.resolveSibling("new"), lines().replace(secret("read"), secret("new")));
        Files.move(changed, file, StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> as("read").get("/boards").statusCode() == 401);
        await().until(() -> as("new").get("/boards").statusCode() == 200);
        assertThat(api(MASTER).get("/boards").statusCode()).isEqualTo(200);
        assertThat(node.metric("presence_api_token_reads_total{result=\"taken\"}"))
                .isPositive();
    }

    private static Set<String> names(HttpResponse<String> response, String list, String field) {
        return json(response).getAsJsonArray(list).asList().stream()
                .map(item -> item.getAsJsonObject().get(field))
                .filter(value -> value != null && !value.isJsonNull())
                .map(JsonElement::getAsString)
                .collect(Collectors.toSet());
    }
}
