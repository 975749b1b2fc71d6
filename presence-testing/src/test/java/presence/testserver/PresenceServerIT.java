package presence.testserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;

class PresenceServerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String API_TOKEN = "0123456789abcdef";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static void join(URI webSocketUrl, String name) {
        ClientFrame join = ClientFrame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setBoard("board-42")
                        .setProfile(Profile.newBuilder().setName(name)))
                .build();
        HTTP.newWebSocketBuilder()
                .subprotocols("presence.v1")
                .buildAsync(webSocketUrl, new WebSocket.Listener() {})
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .sendBinary(ByteBuffer.wrap(join.toByteArray()), true)
                .join();
    }

    private static String get(URI base, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + API_TOKEN)
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    private static void awaitMembers(PresenceServer server, String... names) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get(server.opsUrl(), "/api/v1/boards/board-42/members"))
                        .contains(List.of(names).stream()
                                .map(name -> "\"" + name + "\"")
                                .toList()));
    }

    @Test
    void aNodeServesAndStartsAgainAtTheSameAddresses() throws Exception {
        try (PresenceServer server =
                PresenceServer.builder().set("PRESENCE_API_TOKEN", API_TOKEN).start()) {
            URI webSocketUrl = server.webSocketUrl();
            String nodeId = server.nodeId();
            join(webSocketUrl, "Ada");
            join(webSocketUrl, "Bob");
            awaitMembers(server, "Ada", "Bob");
            assertThat(get(server.httpUrl(), "/")).contains("<!doctype html>");

            server.restart();
            assertThat(server.webSocketUrl()).isEqualTo(webSocketUrl);
            assertThat(server.nodeId()).isNotEqualTo(nodeId);
            assertThat(get(server.opsUrl(), "/api/v1/boards/board-42/members")).doesNotContain("Ada", "Bob");
            join(webSocketUrl, "Cleo");
            awaitMembers(server, "Cleo");

            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.startAgain();
            assertThat(server.isRunning()).isTrue();
            assertThatThrownBy(server::startAgain).hasMessage("the node runs: stop it first");
            assertThat(server.log()).isEmpty();
        }
    }

    @Test
    void aNodeThatDoesNotStartIsToldWithItsLog() {
        assertThatThrownBy(() -> PresenceServer.builder()
                        .set("PRESENCE_TICK_HZ", "0")
                        .start()
                        .close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the node ended at its start; its log:\n"
                        + "presence-service: PRESENCE_TICK_HZ=0 must be a whole number from 1 to 120\n");
        assertThatThrownBy(() -> PresenceServer.builder()
                        .startTimeout(Duration.ofMillis(1))
                        .start()
                        .close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the node was not ready within 1 ms");
    }

    @Test
    void aNodeEndsWithTheJvmThatStartedItAndIgnoresItsVariables() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LeavesAServer.class.getName());
        builder.environment().put("REDIS_URL", "redis://192.0.2.1");
        builder.environment().put("PRESENCE_TICK_HZ", "0");
        Process jvm = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = jvm.inputReader()) {
            String pid = output.readLine();
            assertThat(pid).isNotNull();
            ProcessHandle node = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            jvm.destroyForcibly();
            node.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            jvm.destroyForcibly();
        }
    }
}
