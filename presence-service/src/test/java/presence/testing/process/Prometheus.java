package presence.testing.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.yaml.snakeyaml.Yaml;
import presence.testing.client.Metrics;
import presence.testing.files.MonitoringFiles;

/**
 * A real Prometheus on loopback with the repository's configuration and rules. It differs in the targets, and
 * scrapes them four times a second.
 */
public final class Prometheus implements AutoCloseable {
    private final Process process;
    private final Path directory;
    private final int port;

    private Prometheus(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** Starts Prometheus for the nodes with these operators' ports, and waits until it is ready. */
    public static Prometheus start(List<Integer> opsPorts) {
        try {
            Path directory = Files.createTempDirectory("presence-prometheus");
            Path configuration = Files.writeString(directory.resolve("prometheus.yml"), configuration(opsPorts));
            int port = Ports.free();
            ProcessBuilder builder = new ProcessBuilder(
                    Tool.PROMETHEUS.path(),
                    "--config.file=" + configuration,
                    "--storage.tsdb.path=" + directory.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port);
            Prometheus prometheus = new Prometheus(
                    Children.watched(builder.directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("prometheus.log").toFile())
                            .start()),
                    directory,
                    port);
            Awaitility.await("Prometheus is ready on port " + port)
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(50))
                    .until(prometheus::isReady);
            return prometheus;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start Prometheus", e);
        }
    }

    private static String configuration(List<Integer> opsPorts) {
        Map<String, Object> configuration = MonitoringFiles.yaml(MonitoringFiles.CONFIGURATION);
        configuration.put(
                "global", Map.of("scrape_interval", "1s", "scrape_timeout", "1s", "evaluation_interval", "250ms"));
        configuration.put("rule_files", List.of(MonitoringFiles.RULES.toString()));
        List<String> targets =
                opsPorts.stream().map(port -> "127.0.0.1:" + port).toList();
        for (Map<String, Object> job : MonitoringFiles.entries(configuration, "scrape_configs")) {
            job.put("static_configs", List.of(Map.of("targets", targets)));
        }
        return new Yaml().dump(configuration);
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("Prometheus ended:\n" + log());
        }
        try {
            return Metrics.get(url("/-/ready")).statusCode() == 200;
        } catch (IllegalStateException e) {
            return false; // does not listen yet
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("prometheus.log"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** The values an expression has now, one per series. */
    public List<Double> query(String expression) {
        return objects(get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)), "result")
                .map(series -> series.getAsJsonArray("value").get(1).getAsDouble())
                .toList();
    }

    /** The alerts and recording rules with their state, from Prometheus' API. */
    public List<JsonObject> rules() {
        return objects(get("/api/v1/rules"), "groups")
                .flatMap(group -> objects(group, "rules"))
                .toList();
    }

    /** Names of the alerts in this state, {@code pending} or {@code firing}. */
    public List<String> alerts(String state) {
        return objects(get("/api/v1/alerts"), "alerts")
                .filter(alert -> alert.get("state").getAsString().equals(state))
                .map(alert -> alert.getAsJsonObject("labels").get("alertname").getAsString())
                .distinct()
                .toList();
    }

    private JsonObject get(String path) {
        HttpResponse<String> response = Metrics.get(url(path));
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + response.body());
        }
        return JsonParser.parseString(response.body()).getAsJsonObject().getAsJsonObject("data");
    }

    private static Stream<JsonObject> objects(JsonObject parent, String key) {
        return StreamSupport.stream(parent.getAsJsonArray(key).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    @Override
    public void close() {
        try {
            if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Prometheus does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
