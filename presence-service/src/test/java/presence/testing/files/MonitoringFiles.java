package presence.testing.files;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import presence.testing.process.Command;

/** Reads the repository's files for Prometheus and Grafana. */
public final class MonitoringFiles {
    private static final Path DOCKER = Command.root().resolve("docker");
    private static final Path PROMETHEUS = DOCKER.resolve("prometheus");

    public static final Path CONFIGURATION = PROMETHEUS.resolve("prometheus.yml");
    public static final Path RULES = PROMETHEUS.resolve("presence.rules.yml");
    public static final Path RULE_TESTS = PROMETHEUS.resolve("presence.rules.test.yml");
    public static final Path DATASOURCES = DOCKER.resolve("grafana/provisioning/datasources/prometheus.yml");
    public static final Path DASHBOARD = DOCKER.resolve("grafana/dashboards/presence.json");

    /** All labels that rules and dashboard may use: each with few values, none chosen by a client. */
    public static final Set<String> LABELS = Set.of(
            "job",
            "instance",
            "le",
            "type",
            "reason",
            "code",
            "limit",
            "kind",
            "result",
            "area",
            "memory_type",
            "alertname",
            "alertstate",
            "severity");

    private MonitoringFiles() {}

    public static Map<String, Object> yaml(Path file) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
    }

    /** The entries of a list of mappings. */
    @SuppressWarnings("unchecked") // a wrong shape of the YAML fails the test
    public static List<Map<String, Object>> entries(Map<String, Object> parent, String key) {
        return (List<Map<String, Object>>) parent.get(key);
    }

    /** The alerts and recording rules of the file. */
    public static List<Map<String, Object>> rules() {
        return entries(yaml(RULES), "groups").stream()
                .flatMap(group -> entries(group, "rules").stream())
                .toList();
    }

    public static List<String> alertNames() {
        return values("alert");
    }

    public static List<String> recordedNames() {
        return values("record");
    }

    public static List<String> ruleExpressions() {
        return values("expr");
    }

    private static List<String> values(String key) {
        return rules().stream()
                .filter(rule -> rule.containsKey(key))
                .map(rule -> rule.get(key).toString())
                .toList();
    }

    public static JsonObject dashboard() {
        return JsonParser.parseString(text(DASHBOARD)).getAsJsonObject();
    }

    /** Rows and their panels. */
    public static List<JsonObject> panels() {
        return objects(dashboard(), "panels").toList();
    }

    /** The dashboard's expressions, with Grafana's variables replaced as if all nodes were selected. */
    public static List<String> dashboardExpressions() {
        return panels().stream()
                .filter(panel -> panel.has("targets"))
                .flatMap(panel -> objects(panel, "targets"))
                .map(target -> target.get("expr").getAsString())
                .map(expression -> expression.replace("$instance", ".*").replace("$__rate_interval", "1m"))
                .toList();
    }

    private static Stream<JsonObject> objects(JsonObject parent, String key) {
        return StreamSupport.stream(parent.getAsJsonArray(key).spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
