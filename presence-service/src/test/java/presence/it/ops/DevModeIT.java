package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.client.TestClient;
import presence.testing.process.NodeProcess;

/** {@code --dev}, as a program of another project starts it. */
class DevModeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Starts a node with standard input, output and error apart; returns its output. */
    private BufferedReader start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("presence.jar"));
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.matches("PRESENCE_.*|REDIS_URL.*|.*_PORT|LOG_.*"));
        process = builder.redirectError(errors().toFile()).start();
        return process.inputReader();
    }

    private Path errors() {
        return folder.resolve("errors");
    }

    private static int status(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aDevNodePrintsItsAddressesServesAndEndsWithItsStandardInput() throws Exception {
        BufferedReader output = start("--dev", "--exit-on-stdin-close");
        String line = output.readLine();
        assertThat(line).as(Files.readString(errors())).isNotNull();
        JsonObject addresses = JsonParser.parseString(line).getAsJsonObject();
        assertThat(addresses.keySet()).containsExactly("webSocketUrl", "httpUrl", "opsUrl", "nodeId", "pid");
        assertThat(addresses.get("pid").getAsLong()).isEqualTo(process.pid());

        URI webSocketUrl = URI.create(addresses.get("webSocketUrl").getAsString());
        assertThat(webSocketUrl.getHost()).isEqualTo("127.0.0.1");
        try (TestClient ada = TestClient.join(webSocketUrl, "dev", "Ada");
                TestClient bob = TestClient.join(webSocketUrl, "dev", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
        }
        assertThat(status(addresses.get("httpUrl").getAsString() + "/")).isEqualTo(200);
        assertThat(status(addresses.get("opsUrl").getAsString() + "/health/ready"))
                .isEqualTo(200);

        process.getOutputStream().close();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output.readLine()).as("what follows the addresses").isNull();
        assertThat(errors()).as("warnings").isEmptyFile();
    }

    @Test
    void onOtherAddressesThanLoopbackTheWarningAboutAuthenticationStays() throws Exception {
        String line = start("--dev", "--bind", "0.0.0.0").readLine();
        assertThat(line).contains("\"webSocketUrl\":\"ws://127.0.0.1:");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(errors()).content().contains("WARN").contains("no authentication: "));
    }

    @Test
    void whatContradictsDevModeIsToldInOneLine() {
        assertThat(output(Map.of("REDIS_URL", "redis://u:hunter2@h"), "--dev"))
                .isEqualTo(
                        "presence-service: --dev does not use the Redis of the variable REDIS_URL: unset it, or use the"
                                + " option --redis-url if this node is to use a Redis\n");
        assertThat(output(Map.of(), "--exit-on-stdin-close"))
                .isEqualTo("presence-service: --exit-on-stdin-close needs --dev: other nodes end by a signal\n");
        assertThat(output(Map.of(), "--dev", "doctor"))
                .isEqualTo("presence-service: --dev makes no difference to doctor: omit it\n");
    }

    private static String output(Map<String, String> environment, String... arguments) {
        try (NodeProcess command = NodeProcess.launch(environment, arguments)) {
            assertThat(command.waitFor(PATIENCE)).as(command.log()).isEqualTo(1);
            return command.log();
        }
    }
}
