package presence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.client.Metrics;
import presence.testing.crypto.Certificates;
import presence.testing.process.TestNode;

/** The reference of metrics is what a node with everything switched on registers. */
class MetricsDocIT {
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    /** What Prometheus appends to the name of a metric for each of its series. */
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");

    /** One metric, as {@code /metrics} shows it. */
    private record Metric(String type, String meaning, Map<String, Set<String>> labels) {}

    @TempDir
    private Path folder;

    @Test
    void theTableIsWhatANodeRegisters() {
        Map<String, Metric> metrics = metrics(scrape());
        assertThat(metrics).hasSizeGreaterThan(50);
        String rows = metrics.entrySet().stream().map(MetricsDocIT::row).collect(Collectors.joining("\n"));
        DocPage.assertGenerated(
                "docs/operations/metrics.md",
                "metrics",
                "| Metric | Type | Unit | Labels | Meaning |\n|---|---|---|---|---|\n" + rows + "\n");
    }

    /** Of a node with TLS, tokens and a Redis that does not answer: everything is registered, nothing is needed. */
    private String scrape() {
        Certificates.write(Certificates.make("localhost", Algorithm.ecp256), folder);
        Map<String, String> settings = Map.of(
                "REDIS_URL",
                "redis://127.0.0.1:9",
                "PRESENCE_REDIS_REQUIRED",
                "false",
                "PRESENCE_EVENTS",
                "on",
                "PRESENCE_ACTIVITY_DAYS",
                "1",
                "PRESENCE_WEBHOOK_URL",
                "https://127.0.0.1:9/hook",
                "PRESENCE_WEBHOOK_SECRET",
                "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "PRESENCE_TLS_CERT",
                folder.resolve("cert.pem").toString(),
                "PRESENCE_TLS_KEY",
                folder.resolve("key.pem").toString(),
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_PUBLIC_KEY",
                folder.resolve("cert.pem").toString());
        try (TestNode node = TestNode.start(settings)) {
            return Metrics.get("http://127.0.0.1:" + node.opsPort() + "/metrics")
                    .body();
        }
    }

    /** The service's own, without those of the JVM and of Netty. */
    private static Map<String, Metric> metrics(String scrape) {
        Map<String, String> help = new TreeMap<>();
        Map<String, Metric> metrics = new TreeMap<>();
        scrape.lines().filter(line -> line.contains("presence_")).forEach(line -> {
            if (line.startsWith("# HELP ")) {
                String[] words = line.split(" ", 4);
                help.put(words[2], words[3]);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                metrics.put(words[2], new Metric(words[3], help.getOrDefault(words[2], ""), new LinkedHashMap<>()));
            } else {
                String series = line.split("[{ ]", 2)[0];
                Metric metric = metrics.getOrDefault(
                        series, metrics.get(PART.matcher(series).replaceFirst("")));
                LABEL.matcher(line)
                        .results()
                        .filter(label -> !label.group(1).equals("le"))
                        .forEach(label -> metric.labels
                                .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                                .add(label.group(2)));
            }
        });
        // The largest value of late: Micrometer adds such a gauge to each histogram. A gauge beside another gauge is a
        // metric by itself, for example presence_boards_max beside presence_boards.
        Set<String> largest = new LinkedHashSet<>(metrics.keySet());
        largest.removeIf(name -> !name.endsWith("_max") || !isHistogram(metrics, name.replaceFirst("_max$", "")));
        metrics.keySet().removeAll(largest);
        return metrics;
    }

    private static boolean isHistogram(Map<String, Metric> metrics, String name) {
        Metric metric = metrics.get(name);
        return metric != null && metric.type.equals("histogram");
    }

    private static String row(Map.Entry<String, Metric> named) {
        String name = named.getKey();
        Metric metric = named.getValue();
        assertThat(metric.meaning).as(name).isNotBlank();
        String labels = metric.labels.entrySet().stream()
                .map(label -> "`" + label.getKey() + "`: " + String.join(", ", label.getValue()))
                .collect(Collectors.joining("; "));
        return "| `" + name + "` | " + metric.type + " | " + unit(name) + " | " + labels + " | " + metric.meaning
                + " |";
    }

    private static String unit(String name) {
        String base = name.replaceFirst("_total$", "");
        return base.endsWith("_seconds") ? "s" : base.endsWith("_bytes") ? "bytes" : "";
    }
}
