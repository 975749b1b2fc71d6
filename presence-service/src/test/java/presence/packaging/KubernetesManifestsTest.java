package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static presence.testing.files.KubernetesFolder.at;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.config.Setting;
import presence.testing.files.KubernetesFolder;
import presence.testing.files.KubernetesSchema;

/**
 * Checks without a cluster that {@code docker/kubernetes} fits Kubernetes' schema and the service, and is consistent.
 */
class KubernetesManifestsTest {
    /** Files of the folder that are not objects of a cluster. */
    private static final Set<String> NO_OBJECTS =
            Set.of("kustomization.yaml", "prometheus-adapter-rule.yaml", "chart-values.yaml");
    /** Variables that the JVM reads, not the service. */
    static final Set<String> NO_SETTINGS = Set.of("CPU_REQUEST", "JAVA_TOOL_OPTIONS");
    /** From the end of the drain to the exit of the process, as in compose.yaml. */
    static final int ENDING_SECONDS = 10;

    private final JsonObject deployment = KubernetesFolder.file("deployment.yaml");
    private final JsonElement pod = at(deployment, "spec.template.spec");
    private final JsonObject container = KubernetesFolder.container();
    private final JsonElement autoscaler = at(KubernetesFolder.file("horizontal-pod-autoscaler.yaml"), "spec");
    private final JsonElement budget = at(KubernetesFolder.file("pod-disruption-budget.yaml"), "spec");

    private static Stream<String> objects() {
        return KubernetesFolder.objects().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void kubernetesSchemaHasNothingAgainstIt(String file) {
        assertThat(KubernetesSchema.complaint(KubernetesFolder.file(file))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            V1Servise         | {apiVersion: v1, kind: Servise}
            V2Deployment      | {apiVersion: apps/v2, kind: Deployment}
            `prots`           | {apiVersion: v1, kind: Service, spec: {prots: []}}
            required field `port` | {apiVersion: v1, kind: Service, spec: {ports: [{targetPort: ws}]}}
            '"port":3001'     | {apiVersion: v1, kind: Service, spec: {ports: [{port: "3001"}]}}
            NumberFormat      | {apiVersion: v1, kind: Service, spec: {ports: [{port: ws}]}}
            '"scrape":"true"' | {apiVersion: v1, kind: Service, metadata: {annotations: {scrape: true}}}
            '"prot":"ops"'      | {apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, spec: {endpoints: [{prot: ops}]}}
            ServiceMonitr     | {apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitr}
            parse suffix      | {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, resources: {limits: {memory: 2Gb}}}]}}
            """)
    void theSchemaNoticesWhatIsWrong(String complaint, String yaml) {
        assertThat(KubernetesSchema.complaint(KubernetesFolder.documents(yaml).get(0)))
                .hasValueSatisfying(said -> assertThat(said).contains(complaint));
    }

    @Test
    void kustomizationListsEveryObjectOnceAndWhatItListsExists() {
        JsonObject kustomization = KubernetesFolder.file("kustomization.yaml");
        List<String> objects = new ArrayList<>(KubernetesFolder.files());
        objects.removeAll(NO_OBJECTS);
        assertThat(strings(at(kustomization, "resources"))).containsExactlyInAnyOrderElementsOf(objects);
        assertThat(strings(at(kustomization, "configMapGenerator.0.envs"))).containsExactly("settings.env");
    }

    @Test
    void theImageIsTheOneThatKustomizationNamesAndNotTheLatest() {
        String image = container.get("image").getAsString();
        JsonElement named = at(KubernetesFolder.file("kustomization.yaml"), "images.0");
        assertThat(image).startsWith(at(named, "name").getAsString() + ":").doesNotEndWith(":latest");
        assertThat(at(named, "newTag").getAsString()).isNotEqualTo("latest");
    }

    @Test
    void everyVariableIsASettingAndNoneIsSetTwice() {
        List<String> variables = new ArrayList<>(environment().keySet());
        variables.removeAll(NO_SETTINGS);
        Set<String> settings = new HashSet<>();
        for (Setting setting : Setting.values()) {
            settings.add(setting.name());
            if (setting.isSecret()) {
                settings.add(setting.fileVariable());
            }
        }
        assertThat(settings)
                .containsAll(variables)
                .containsAll(KubernetesFolder.settings().keySet());
        assertThat(variables)
                .doesNotContainAnyElementsOf(KubernetesFolder.settings().keySet());
    }

    @Test
    void aVariableRefersOnlyToWhatStandsBeforeIt() {
        Set<String> before = new HashSet<>();
        environment().forEach((name, value) -> {
            Stream<String> referred = value.has("value")
                    ? Pattern.compile("\\$\\((\\w+)\\)")
                            .matcher(value.get("value").getAsString())
                            .results()
                            .map((MatchResult match) -> match.group(1))
                    : Stream.empty();
            assertThat(before).containsAll(referred.toList());
            before.add(name);
        });
    }

    @Test
    void theServiceTakesTheSettings(@TempDir Path secrets) throws IOException, ConfigException {
        Map<String, String> values = KubernetesFolder.environment();
        NO_SETTINGS.forEach(values::remove);
        for (String variable : secretFiles().keySet()) {
            Path file = Files.writeString(secrets.resolve(variable), "redis://redis.example:6379/a-secret-of-32-bytes");
            values.put(variable, file.toString());
        }
        ServiceConfig config = ServiceConfig.from(values);
        assertThat(config.redis().enabled()).isTrue();
    }

    @Test
    void everyNodeIsNamedAfterItsPod() {
        assertThat(at(environment().get("SERVER_ID"), "valueFrom.fieldRef.fieldPath")
                        .getAsString())
                .isEqualTo("metadata.name");
    }

    @Test
    void thePodsUseWhatTheKustomizationGenerates() {
        JsonObject kustomization = KubernetesFolder.file("kustomization.yaml");
        assertThat(at(container, "envFrom.0.configMapRef.name"))
                .isEqualTo(at(kustomization, "configMapGenerator.0.name"));
        String mount = mountPath("secrets");
        List<String> mounted = new ArrayList<>();
        at(volume("secrets"), "projected.sources").getAsJsonArray().forEach(source -> {
            assertThat(at(source, "secret.name")).isEqualTo(at(kustomization, "secretGenerator.0.name"));
            at(source, "secret.items").getAsJsonArray().forEach(item -> {
                assertThat(at(item, "path")).isEqualTo(at(item, "key"));
                mounted.add(mount + "/" + at(item, "path").getAsString());
            });
        });
        List<String> generated = strings(at(kustomization, "secretGenerator.0.files")).stream()
                .map(file -> mount + "/" + file.substring(0, file.indexOf('=')))
                .toList();
        assertThat(secretFiles().values()).containsExactlyInAnyOrderElementsOf(generated);
        assertThat(mounted).containsExactlyInAnyOrderElementsOf(generated);
    }

    @Test
    void secretsAreSeenNeitherByGitNorByTheImageBuild() throws IOException {
        Path root = KubernetesFolder.PATH.resolve("../..");
        assertThat(Files.readAllLines(root.resolve(".gitignore"))).contains("docker/kubernetes/secrets/");
        assertThat(Files.readAllLines(root.resolve("docker/Dockerfile.dockerignore")))
                .contains("docker/kubernetes");
        for (String file : strings(at(KubernetesFolder.file("kustomization.yaml"), "secretGenerator.0.files"))) {
            assertThat(file).contains("=secrets/");
        }
    }

    @Test
    void portsAreTheServicesDefaults() {
        int ws = Integer.parseInt(Setting.WS_PORT.defaultValue());
        int ops = Integer.parseInt(Setting.OPS_PORT.defaultValue());
        assertThat(container.get("ports"))
                .isEqualTo(KubernetesFolder.documents("ports: [{name: ws, containerPort: " + ws
                                + "}, {name: ops, containerPort: " + ops + "}]")
                        .get(0)
                        .get("ports"));
        assertThat(at(deployment, "spec.template.metadata.annotations")
                        .getAsJsonObject()
                        .get("prometheus.io/port")
                        .getAsInt())
                .isEqualTo(ops);
        assertThat(at(KubernetesFolder.file("service.yaml"), "spec.ports.0.port")
                        .getAsInt())
                .isEqualTo(ws);
        assertThat(at(KubernetesFolder.file("service-ops.yaml"), "spec.ports.0.port")
                        .getAsInt())
                .isEqualTo(ops);
    }

    @Test
    void servicesAndProbesNamePortsOfTheContainer() {
        Set<String> names = new TreeSet<>();
        container
                .getAsJsonArray("ports")
                .forEach(port -> names.add(at(port, "name").getAsString()));
        for (String service : List.of("service.yaml", "service-ops.yaml")) {
            assertThat(names)
                    .contains(at(KubernetesFolder.file(service), "spec.ports.0.targetPort")
                            .getAsString());
        }
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(at(container, probe + ".httpGet.port").getAsString()).isEqualTo("ops");
        }
    }

    @Test
    void theImageListensWhereTheKubeletAsks() throws IOException {
        assertThat(Files.readString(KubernetesFolder.PATH.resolveSibling("Dockerfile")))
                .contains("ENV " + Setting.PRESENCE_OPS_BIND + "=0.0.0.0");
    }

    @Test
    void everySelectorFindsThePods() {
        JsonElement labels = at(deployment, "spec.template.metadata.labels");
        List<JsonElement> selectors = new ArrayList<>(List.of(
                at(deployment, "spec.selector.matchLabels"),
                at(KubernetesFolder.file("service.yaml"), "spec.selector"),
                at(KubernetesFolder.file("service-ops.yaml"), "spec.selector"),
                at(budget, "selector.matchLabels"),
                at(KubernetesFolder.file("network-policy.yaml"), "spec.podSelector.matchLabels")));
        pod.getAsJsonObject()
                .getAsJsonArray("topologySpreadConstraints")
                .forEach(constraint -> selectors.add(at(constraint, "labelSelector.matchLabels")));
        assertThat(selectors)
                .allSatisfy(selector -> assertThat(labels.getAsJsonObject().entrySet())
                        .containsAll(selector.getAsJsonObject().entrySet()));
    }

    @Test
    void thereIsTimeToBeTakenOutToDrainAndToEnd() {
        int grace = at(pod, "terminationGracePeriodSeconds").getAsInt();
        assertThat(grace).isGreaterThanOrEqualTo(preStopSeconds() + drainSeconds() + ENDING_SECONDS);
    }

    @Test
    void aRolloutDrainsOneNodeAtATimeAndNeverLacksOne() {
        assertThat(at(deployment, "spec.minReadySeconds").getAsInt())
                .isGreaterThanOrEqualTo(preStopSeconds() + drainSeconds());
        assertThat(at(deployment, "spec.strategy.rollingUpdate.maxUnavailable").getAsInt())
                .isZero();
        assertThat(at(deployment, "spec.strategy.rollingUpdate.maxSurge").getAsInt())
                .isOne();
    }

    @Test
    void theAutoscalerAloneSaysHowManyNodesThereAre() {
        assertThat(at(deployment, "spec").getAsJsonObject().has("replicas")).isFalse();
        JsonElement target = at(autoscaler, "scaleTargetRef");
        for (String field : List.of("apiVersion", "kind")) {
            assertThat(at(target, field)).isEqualTo(at(deployment, field));
        }
        assertThat(at(target, "name")).isEqualTo(at(deployment, "metadata.name"));
        assertThat(at(autoscaler, "minReplicas").getAsInt())
                .isEqualTo(3)
                .isGreaterThan(at(budget, "maxUnavailable").getAsInt());
    }

    @Test
    void theAutoscalerTakesAwayOneNodeAtATime() {
        assertThat(at(autoscaler, "behavior.scaleDown.policies").getAsJsonArray())
                .hasSize(1);
        JsonElement policy = at(autoscaler, "behavior.scaleDown.policies.0");
        assertThat(at(policy, "type").getAsString()).isEqualTo("Pods");
        assertThat(at(policy, "value").getAsInt()).isOne();
        assertThat(at(policy, "periodSeconds").getAsInt())
                .isGreaterThan(at(pod, "terminationGracePeriodSeconds").getAsInt());
    }

    @Test
    void theAutoscalersMetricIsTheOneThatTheAdapterAnswersFor() {
        JsonElement rule = at(KubernetesFolder.file("prometheus-adapter-rule.yaml"), "rules.custom.0");
        String metric = at(autoscaler, "metrics.0.pods.metric.name").getAsString();
        assertThat(at(rule, "name.as").getAsString()).isEqualTo(metric);
        assertThat(at(rule, "seriesQuery").getAsString()).startsWith(metric + "{");
    }

    @Test
    void clientsReachOnePortPrometheusTheOtherAndNodesOnlyNamesAndRedis() {
        JsonElement policy = at(KubernetesFolder.file("network-policy.yaml"), "spec");
        assertThat(strings(at(policy, "policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(at(policy, "ingress").getAsJsonArray()).hasSize(2);
        assertThat(at(policy, "ingress.0").getAsJsonObject().has("from")).isFalse();
        assertThat(ports(at(policy, "ingress.0"))).containsExactly("TCP " + Setting.WS_PORT.defaultValue());
        assertThat(at(policy, "ingress.1.from").getAsJsonArray()).hasSize(1);
        assertThat(at(policy, "ingress.1.from.0.namespaceSelector.matchLabels")
                        .getAsJsonObject()
                        .get("kubernetes.io/metadata.name"))
                .isNotNull();
        assertThat(ports(at(policy, "ingress.1"))).containsExactly("TCP " + Setting.OPS_PORT.defaultValue());
        assertThat(at(policy, "egress").getAsJsonArray()).hasSize(2);
        assertThat(ports(at(policy, "egress.0"))).containsExactly("UDP 53", "TCP 53");
        assertThat(at(policy, "egress.1.to").getAsJsonArray()).isNotEmpty();
        assertThat(ports(at(policy, "egress.1"))).containsExactly("TCP 6379");
    }

    @Test
    void podsMayDoAsLittleAsTheContainersOfCompose() throws IOException {
        JsonElement node = KubernetesFolder.documents(
                        Files.readString(KubernetesFolder.PATH.resolveSibling("compose.yaml")))
                .get(0)
                .get("x-node");
        assertThat(at(container, "securityContext.readOnlyRootFilesystem")).isEqualTo(at(node, "read_only"));
        assertThat(at(container, "securityContext.capabilities.drop")).isEqualTo(at(node, "cap_drop"));
        assertThat(strings(at(node, "security_opt"))).containsExactly("no-new-privileges:true");
        assertThat(at(container, "securityContext.allowPrivilegeEscalation").getAsBoolean())
                .isFalse();
        String dockerfile = Files.readString(KubernetesFolder.PATH.resolveSibling("Dockerfile"));
        assertThat(dockerfile)
                .contains("USER " + at(pod, "securityContext.runAsUser") + ":" + at(pod, "securityContext.runAsGroup"));
        assertThat(at(pod, "securityContext.runAsNonRoot").getAsBoolean()).isTrue();
        assertThat(at(pod, "securityContext.seccompProfile.type").getAsString()).isEqualTo("RuntimeDefault");
        assertThat(at(pod, "automountServiceAccountToken").getAsBoolean()).isFalse();
        assertThat(at(pod, "enableServiceLinks").getAsBoolean()).isFalse();
        assertThat(mountPath("tmp")).isEqualTo("/tmp");
        assertThat(at(volume("tmp"), "emptyDir.medium").getAsString()).isEqualTo("Memory");
    }

    @Test
    void theSecretsFilesAreReadableForTheGroupTheNodeHas() {
        assertThat(at(pod, "securityContext.fsGroup")).isEqualTo(at(pod, "securityContext.runAsGroup"));
        assertThat(at(volume("secrets"), "projected.defaultMode").getAsInt()).isEqualTo(0440);
    }

    private int preStopSeconds() {
        return at(container, "lifecycle.preStop.sleep.seconds").getAsInt();
    }

    private static int drainSeconds() {
        String drainMs = KubernetesFolder.environment().get(Setting.PRESENCE_DRAIN_MS.name());
        return Integer.parseInt(drainMs) / 1_000;
    }

    /** The container's variables in their order. */
    private Map<String, JsonObject> environment() {
        Map<String, JsonObject> environment = new LinkedHashMap<>();
        for (JsonElement variable : container.getAsJsonArray("env")) {
            JsonObject previous = environment.put(at(variable, "name").getAsString(), variable.getAsJsonObject());
            assertThat(previous).isNull();
        }
        return environment;
    }

    /** Path by variable, of those that name a file with a secret. */
    private Map<String, String> secretFiles() {
        Map<String, String> files = new HashMap<>();
        environment().forEach((name, variable) -> {
            if (name.endsWith("_FILE")) {
                files.put(name, variable.get("value").getAsString());
            }
        });
        return files;
    }

    private JsonElement volume(String name) {
        return named(at(pod, "volumes"), name);
    }

    private String mountPath(String name) {
        return at(named(at(container, "volumeMounts"), name), "mountPath").getAsString();
    }

    private static JsonElement named(JsonElement array, String name) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .filter(element -> at(element, "name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ports(JsonElement rule) {
        return StreamSupport.stream(at(rule, "ports").getAsJsonArray().spliterator(), false)
                .map(port -> at(port, "protocol").getAsString() + " "
                        + at(port, "port").getAsString())
                .toList();
    }

    private static List<String> strings(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
