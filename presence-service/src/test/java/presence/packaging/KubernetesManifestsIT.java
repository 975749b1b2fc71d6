package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static presence.testing.files.KubernetesFolder.at;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.files.KubernetesFolder;
import presence.testing.files.KubernetesSchema;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/** A node with the manifests' settings answers the probes, and kubectl can render the files. */
@WithRedis
class KubernetesManifestsIT {
    private static final String JWT_SECRET = "a-secret-that-is-long-enough-for-HS256";

    private final TestRedis redis;

    KubernetesManifestsIT(TestRedis redis) {
        this.redis = redis;
    }

    @Test
    void aNodeWithTheseSettingsAnswersProbesAndHasTheMetric(@TempDir Path secrets) throws IOException {
        Map<String, String> settings = KubernetesFolder.environment();
        KubernetesManifestsTest.NO_SETTINGS.forEach(settings::remove);
        settings.put(
                "REDIS_URL_FILE",
                Files.writeString(secrets.resolve("redis-url"), redis.url() + "\n")
                        .toString());
        settings.put(
                "PRESENCE_JWT_SECRET_FILE",
                Files.writeString(secrets.resolve("jwt-secret"), JWT_SECRET).toString());
        settings.put("PRESENCE_PREFIX", "kubernetes" + UUID.randomUUID());
        try (TestNode node = TestNode.start(settings)) {
            String ops = "http://127.0.0.1:" + node.opsPort();
            JsonObject container = KubernetesFolder.container();
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                String path = at(container, probe + ".httpGet.path").getAsString();
                assertThat(Metrics.get(ops + path).statusCode())
                        .as("%s %s", probe, path)
                        .isEqualTo(200);
            }
            JsonObject annotations = at(KubernetesFolder.file("deployment.yaml"), "spec.template.metadata.annotations")
                    .getAsJsonObject();
            String scraped = Metrics.get(
                            ops + annotations.get("prometheus.io/path").getAsString())
                    .body();
            String metric = at(
                            KubernetesFolder.file("horizontal-pod-autoscaler.yaml"), "spec.metrics.0.pods.metric.name")
                    .getAsString();
            assertThat(scraped).containsPattern("(?m)^" + metric + " 0\\.0$");
        }
    }

    @Test
    @Requires(value = Tool.KUBECTL, inCi = false)
    void kubectlRendersTheFolderIntoWhatTheSchemaAllows(@TempDir Path folder) throws Exception {
        copy(folder);
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("redis-url"), redis.url());
        Files.writeString(secrets.resolve("jwt-secret"), JWT_SECRET);
        Path rendered = folder.resolve("rendered");
        // Renders only; without a configuration it cannot contact a cluster.
        ProcessBuilder kubectl = new ProcessBuilder(Tool.KUBECTL.path(), "kustomize", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(rendered.toFile());
        kubectl.environment().put("KUBECONFIG", "/dev/null");
        Process process = kubectl.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(rendered);
        assertThat(process.exitValue()).as(output).isZero();
        List<JsonObject> objects = KubernetesFolder.documents(output);
        assertThat(objects)
                .extracting(object -> object.get("kind").getAsString())
                .containsExactlyInAnyOrder(
                        "ConfigMap",
                        "Secret",
                        "Deployment",
                        "Service",
                        "Service",
                        "PodDisruptionBudget",
                        "HorizontalPodAutoscaler",
                        "NetworkPolicy");
        assertThat(objects)
                .filteredOn(object -> !object.get("kind").getAsString().equals("Secret"))
                .allSatisfy(
                        object -> assertThat(KubernetesSchema.complaint(object)).isEmpty());
    }

    private static void copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(KubernetesFolder.PATH)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
