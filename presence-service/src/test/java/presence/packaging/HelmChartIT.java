package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static presence.testing.files.KubernetesFolder.at;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.testing.Requires;
import presence.testing.files.HelmChart;
import presence.testing.files.KubernetesFolder;
import presence.testing.files.KubernetesSchema;
import presence.testing.files.MonitoringFiles;
import presence.testing.process.Command;
import presence.testing.process.TestNode;
import presence.testing.process.Tool;

/** What Helm makes of the chart with many values: objects that Kubernetes and the service accept, or a reason. */
@Requires(Tool.HELM)
class HelmChartIT {
    private static final String SECRETS = "/etc/presence/secrets/";

    @TempDir
    private Path folder;

    @Test
    void helmFindsNothingWrong() {
        assertThat(HelmChart.helm(List.of("lint", "--strict", HelmChart.PATH)))
                .satisfies(result ->
                        assertThat(result.exitCode()).as(result.output()).isZero());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            defaults                  | {}
            one node with Redis       | {redis: {existingSecret: r}, replicas: 1}
            Redis over TLS            | {redis: {existingSecret: r, tls: {existingSecret: t}}}
            certificate for Redis     | {redis: {url: 'rediss://redis', tls: {existingSecret: t, caKey: '', certKey: c, keyKey: k}}}
            password of Redis         | {redis: {url: 'redis://:$(REDIS_PASSWORD)@redis', passwordSecret: {name: p}}}
            HS256                     | {auth: {mode: jwt, existingSecret: a}}
            public key                | {auth: {mode: jwt, existingSecret: a, publicKeyKey: public.pem}}
            key set in a Secret       | {auth: {mode: jwt, existingSecret: a, jwksKey: jwks.json}}
            key set at a URL          | {auth: {mode: jwt, jwksUrl: 'https://login.example/jwks'}}
            HTTP API                  | {api: {existingSecret: a, tokenKey: token}}
            TLS                       | {tls: {existingSecret: t}}
            large numbers             | {settings: {PRESENCE_BYTES_PER_SECOND: 100000000, PRESENCE_MAX_CONNECTIONS: 2000000}}
            numbers as text           | {settings: {PRESENCE_TICK_HZ: '20'}}
            own ConfigMap             | {existingConfigMap: mine, metrics: {scrapeAnnotations: false}}
            ServiceMonitor            | {metrics: {serviceMonitor: {enabled: true, labels: {release: a}}}}
            PodMonitor                | {metrics: {podMonitor: {enabled: true, interval: 30s}}}
            NodePort                  | {service: {type: NodePort, externalTrafficPolicy: Local, port: 80}}
            load balancer             | {service: {type: LoadBalancer, loadBalancerClass: example.com/nlb, annotations: {a: b}}}
            Ingress without TLS       | {ingress: {enabled: true, hosts: [a.example, b.example]}}
            HTTPRoute                 | {httpRoute: {enabled: true, parentRefs: [{name: a}]}}
            long drain                | {drain: {preStopSeconds: 30, seconds: 300, endSeconds: 20}, autoscaling: {enabled: true}, redis: {url: 'redis://r'}}
            no drain                  | {drain: {seconds: 0}}
            digest                    | {image: {digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', pullSecrets: [a, b]}}
            names                     | {nameOverride: collab, commonLabels: {team: a}, podLabels: {a: b}, podAnnotations: {c: d}}
            long names                | {fullnameOverride: a23456789-b23456789-c23456789-d23456789-e23456789-f23456789-g2345}
            placement                 | {topologySpreadConstraints: [], nodeSelector: {a: b}, tolerations: [{operator: Exists}], priorityClassName: p}
            own spread                | {topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule}], affinity: {nodeAffinity: {}}}
            further volumes           | {extraEnv: [{name: LOG_LEVEL, value: debug}], extraVolumes: [{name: a, emptyDir: {}}], extraVolumeMounts: [{name: a, mountPath: /a}]}
            OpenShift                 | {podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}, serviceAccountName: s}
            policy without Redis      | {networkPolicy: {enabled: true, operators: []}}
            policy for some clients   | {networkPolicy: {enabled: true, clients: [{podSelector: {}}], extraEgress: [{}]}, redis: {url: 'redis://r'}}
            odd number of connections | {redis: {url: 'redis://r'}, autoscaling: {enabled: true, connectionsPerNode: 1234567}}
            budget in percent         | {podDisruptionBudget: {maxUnavailable: 34%}}
            no budget                 | {podDisruptionBudget: {enabled: false}, helmLabels: false}
            """)
    void kubernetesAndTheServiceAcceptWhatHelmRenders(String name, String values) throws Exception {
        Map<String, JsonObject> objects = render(values);
        assertThat(objects.values())
                .allSatisfy(
                        object -> assertThat(KubernetesSchema.complaint(object)).isEmpty());
        JsonObject deployment = objects.get("deployment.yaml");
        JsonObject pod = at(deployment, "spec.template.spec").getAsJsonObject();
        selectorsFindThePods(objects, at(deployment, "spec.template.metadata.labels"));
        secretsAreMounted(pod);
        timesFit(deployment);
        assertThat(pod.toString()).doesNotContain("e+0");
        JsonObject container = at(pod, "containers.0").getAsJsonObject();
        serviceAccepts(HelmChart.environment(container, objects));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            several nodes share boards      | {replicas: 2}
            several nodes share boards      | {autoscaling: {enabled: true}}
            not both                        | {redis: {existingSecret: r, url: 'redis://r'}}
            set redis.passwordSecret.name   | {redis: {url: 'redis://:$(REDIS_PASSWORD)@r'}}
            write $(REDIS_PASSWORD)         | {redis: {url: 'redis://r', passwordSecret: {name: p}}}
            without redis.existingSecret    | {redis: {tls: {existingSecret: t}}}
            together                        | {redis: {url: 'rediss://r', tls: {existingSecret: t, certKey: c}}}
            name redis.tls.caKey            | {redis: {url: 'rediss://r', tls: {existingSecret: t, caKey: ''}}}
            auth.mode is jwt                | {auth: {mode: jwt}}
            auth.mode is none               | {auth: {existingSecret: a}}
            auth.jwksUrl, not both          | {auth: {mode: jwt, existingSecret: a, jwksUrl: 'https://a'}}
            auth.jwksKey, not both          | {auth: {mode: jwt, existingSecret: a, publicKeyKey: p, jwksKey: j}}
            greater than                    | {autoscaling: {minReplicas: 11}}
            scraped twice                   | {metrics: {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}}
            name ingress.hosts              | {ingress: {enabled: true}}
            name httpRoute.parentRefs       | {httpRoute: {enabled: true}}
            PRESENCE_TICK_HERTZ             | {settings: {PRESENCE_TICK_HERTZ: 20}}
            PRESENCE_TICK_HZ                | {settings: {PRESENCE_TICK_HZ: 1000}}
            PRESENCE_DEMO                   | {settings: {PRESENCE_DEMO: off}}
            PRESENCE_API_TOKEN              | {settings: {PRESENCE_API_TOKEN: not-in-a-config-map}}
            WS_PORT                         | {settings: {WS_PORT: 4000}}
            replica                         | {replica: 2}
            jwksUrl                         | {auth: {jwksUrl: 'http://login.example'}}
            """)
    void helmRefusesValuesThatCannotWorkAndSaysWhy(String reason, String values) throws IOException {
        Command.Result result = HelmChart.tryTemplate(List.of("-f", file(values).toString()));
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(reason);
    }

    @Test
    void rulesAndDashboardAreTheRepositorysWithWhatThisReleaseHas() throws IOException {
        Map<String, JsonObject> objects = render("""
                {settings: {PRESENCE_MAX_CONNECTIONS: 1500000}, metrics: {prometheusRule: {enabled: true},
                dashboard: {enabled: true, datasourceUid: mimir}}}""");
        JsonObject source = KubernetesFolder.documents(
                        Files.readString(MonitoringFiles.RULES).replace("0.9 * 100000", "0.9 * 1500000"))
                .get(0);
        assertThat(at(objects.get("prometheus-rule.yaml"), "spec")).isEqualTo(source);
        assertThat(source.toString()).containsOnlyOnce("0.9 * 1500000").doesNotContain("100000\"");
        assertThat(at(objects.get("dashboard.yaml"), "data")
                        .getAsJsonObject()
                        .get("presence.json")
                        .getAsString())
                .isEqualTo(Files.readString(MonitoringFiles.DASHBOARD)
                        .replace("\"uid\": \"prometheus\"", "\"uid\": \"mimir\""))
                .contains("mimir");
    }

    @Test
    void theConnectionTestOfHelmTestPassesForANodeAndFailsWithoutOne() throws IOException {
        JsonObject container =
                at(render("{}").get("tests/test.yaml"), "spec.containers.0").getAsJsonObject();
        assertThat(at(container, "command.0").getAsString()).isEqualTo("bash");
        String script = at(container, "command.2").getAsString();
        int port;
        try (TestNode node = TestNode.start(Map.of())) {
            port = node.publicPort();
            assertThat(connectionTest(script, port).exitCode()).isZero();
            assertThat(connectionTest(script, node.opsPort()).exitCode())
                    .as("a port without WebSockets")
                    .isNotZero();
        }
        assertThat(connectionTest(script, port).exitCode()).as("no node").isNotZero();
    }

    @Test
    void thePackageHoldsTheFilesThatTemplatesRead() {
        Command.Result packaged = HelmChart.helm(List.of(
                "package", HelmChart.PATH, "--version", "9.8.7", "--app-version", "9.8.7", "-d", folder.toString()));
        assertThat(packaged.exitCode()).as(packaged.output()).isZero();
        Command.Result rendered = HelmChart.helm(List.of(
                "template",
                "presence",
                folder.resolve("presence-9.8.7.tgz").toString(),
                "--set",
                "metrics.prometheusRule.enabled=true,metrics.dashboard.enabled=true"));
        assertThat(rendered.output())
                .contains("image: \"registry.example/presence-service:9.8.7\"")
                .contains("PresenceAllNodesDown")
                .contains("schemaVersion");
    }

    private Command.Result connectionTest(String script, int port) {
        return Command.in(folder)
                .with("TEST_HOST", "127.0.0.1")
                .with("TEST_PORT", String.valueOf(port))
                .run(Duration.ofSeconds(30), List.of("bash", "-c", script));
    }

    private Map<String, JsonObject> render(String values) throws IOException {
        return HelmChart.objects(List.of("-f", file(values).toString()));
    }

    private Path file(String values) throws IOException {
        return Files.writeString(folder.resolve("values.yaml"), values);
    }

    /** Selectors find the nodes' pods, and none finds the pod of helm test. */
    private static void selectorsFindThePods(Map<String, JsonObject> objects, JsonElement labels) {
        JsonElement testLabels = at(objects.get("tests/test.yaml"), "metadata.labels");
        List<JsonElement> selectors = new ArrayList<>();
        objects.forEach((template, object) -> {
            JsonElement spec = object.get("spec");
            switch (template) {
                case "service.yaml", "service-ops.yaml" -> selectors.add(at(spec, "selector"));
                case "deployment.yaml", "pod-disruption-budget.yaml", "pod-monitor.yaml" ->
                    selectors.add(at(spec, "selector.matchLabels"));
                case "network-policy.yaml" -> selectors.add(at(spec, "podSelector.matchLabels"));
                case "service-monitor.yaml" ->
                    assertThat(at(objects.get("service-ops.yaml"), "metadata.labels")
                                    .getAsJsonObject()
                                    .entrySet())
                            .containsAll(at(spec, "selector.matchLabels")
                                    .getAsJsonObject()
                                    .entrySet());
                default -> assertThat(template).isNotEmpty();
            }
        });
        assertThat(selectors).hasSizeGreaterThan(2).allSatisfy(selector -> {
            assertThat(labels.getAsJsonObject().entrySet())
                    .containsAll(selector.getAsJsonObject().entrySet());
            assertThat(testLabels
                            .getAsJsonObject()
                            .entrySet()
                            .containsAll(selector.getAsJsonObject().entrySet()))
                    .isFalse();
        });
    }

    /** Every file that a variable names is in the volume, and nothing else is. */
    private static void secretsAreMounted(JsonObject pod) {
        Set<String> named = new HashSet<>();
        at(pod, "containers.0.env").getAsJsonArray().forEach(variable -> {
            JsonElement value = variable.getAsJsonObject().get("value");
            if (value != null && value.getAsString().startsWith(SECRETS)) {
                named.add(value.getAsString().substring(SECRETS.length()));
            }
        });
        Set<String> mounted = new HashSet<>();
        for (JsonElement volume : pod.getAsJsonArray("volumes")) {
            if (at(volume, "name").getAsString().equals("secrets")) {
                assertThat(at(volume, "projected.defaultMode").getAsInt()).isEqualTo(0440);
                at(volume, "projected.sources")
                        .getAsJsonArray()
                        .forEach(source -> at(source, "secret.items")
                                .getAsJsonArray()
                                .forEach(item -> mounted.add(at(item, "path").getAsString())));
            }
        }
        assertThat(mounted).isEqualTo(named);
    }

    private static void timesFit(JsonObject deployment) {
        JsonElement pod = at(deployment, "spec.template.spec");
        int preStop = at(pod, "containers.0.lifecycle.preStop.sleep.seconds").getAsInt();
        int drain = at(pod, "containers.0.env").getAsJsonArray().asList().stream()
                .filter(variable -> at(variable, "name").getAsString().equals("PRESENCE_DRAIN_MS"))
                .mapToInt(variable -> at(variable, "value").getAsInt() / 1_000)
                .findFirst()
                .orElseThrow();
        assertThat(at(pod, "terminationGracePeriodSeconds").getAsInt())
                .isGreaterThanOrEqualTo(preStop + drain + KubernetesManifestsTest.ENDING_SECONDS);
        assertThat(at(deployment, "spec.minReadySeconds").getAsInt()).isGreaterThan(preStop + drain);
    }

    /** The service reads these variables as its configuration; files hold something. */
    private void serviceAccepts(Map<String, String> variables) throws IOException, ConfigException {
        Map<String, String> environment = new HashMap<>(variables);
        KubernetesManifestsTest.NO_SETTINGS.forEach(environment::remove);
        boolean tls = environment.containsKey("PRESENCE_REDIS_CA") || environment.containsKey("PRESENCE_REDIS_CERT");
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getValue().startsWith(SECRETS)) {
                Path file = folder.resolve(variable.getValue().substring(SECRETS.length()));
                Files.writeString(file, (tls ? "rediss" : "redis") + "://redis.example:6379/a-secret-of-32-bytes");
                variable.setValue(file.toString());
            } else {
                variable.setValue(variable.getValue().replace("$(REDIS_PASSWORD)", "secret"));
            }
        }
        assertThat(ServiceConfig.from(environment)).isNotNull();
    }
}
