package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import presence.config.Setting;
import presence.testing.Requires;
import presence.testing.process.Haproxy;
import presence.testing.process.Ports;
import presence.testing.process.TestNode;
import presence.testing.process.Tool;

/** Checks without a Docker engine that the files in {@code docker/} fit the service and each other. */
class DockerFolderIT {
    private static final Path DOCKER = Path.of(System.getProperty("presence.root"), "docker");
    private static final Set<String> NODES = Set.of("node-1", "node-2", "node-3");

    @Test
    void composeSetsOnlySettingsThatExist() {
        for (String node : NODES) {
            assertThat(settings()).containsAll(environment(node).keySet());
        }
    }

    @Test
    void everyNodeOfComposeHasALabelOfItsOwnAndTheSameRedis() {
        for (String node : NODES) {
            assertThat(environment(node)).containsEntry("SERVER_ID", node);
            assertThat(environment(node)).containsEntry("REDIS_URL", "redis://redis:6379");
        }
        assertThat(services()).containsKey("redis");
        assertThat(map(map(service("node-1"), "depends_on"), "redis")).containsEntry("condition", "service_healthy");
        assertThat(service("redis")).containsKey("healthcheck");
    }

    @Test
    void oneServiceBuildsTheImageThatAllNodesUse() {
        assertThat(services().keySet().stream().filter(name -> service(name).containsKey("build")))
                .containsExactly("node-1");
        for (String node : NODES) {
            // Else compose would ask a registry for what node-1 has not built yet.
            assertThat(service(node)).containsEntry("image", "presence-service").containsEntry("pull_policy", "never");
        }
    }

    @Test
    void theEnvironmentFileNamesEveryVariableOfCompose() {
        List<String> variables = matches("compose.yaml", "\\$\\{(\\w+):-\\w+}")
                .map(match -> match.group(1))
                .toList();
        assertThat(variables).containsExactlyInAnyOrder("PRESENCE_MAXCONN", "PRESENCE_NOFILE");
        for (String variable : variables) {
            String standard = matches("compose.yaml", "\\$\\{" + variable + ":-(\\w+)}")
                    .map(match -> match.group(1))
                    .findFirst()
                    .orElseThrow();
            assertThat(text(".env")).contains("\n#" + variable + "=" + standard + "\n");
        }
    }

    @Test
    void onlyTheBalancerIsPublishedBeyondThisMachine() {
        for (String name : services().keySet()) {
            if (!name.equals("haproxy")) {
                assertThat(ports(name)).as(name).allMatch(port -> port.startsWith("127.0.0.1:"));
            }
        }
        for (String name : List.of("node-1", "node-2", "node-3", "redis")) {
            assertThat(ports(name)).as(name).isEmpty();
        }
        assertThat(ports("haproxy"))
                .containsExactly(Setting.WS_PORT.defaultValue() + ":" + Setting.WS_PORT.defaultValue());
        assertThat(service("haproxy"))
                .containsEntry("depends_on", NODES.stream().sorted().toList());
    }

    @Test
    void grafanaReachesPrometheusAlone() {
        assertThat(service("grafana")).containsEntry("networks", List.of("monitoring"));
        assertThat(services().keySet().stream()
                        .filter(name -> list(name, "networks").contains("monitoring")))
                .containsExactlyInAnyOrder("grafana", "prometheus");
        assertThat(environment("grafana"))
                .containsEntry("GF_AUTH_ANONYMOUS_ORG_ROLE", "Viewer")
                .containsEntry("GF_AUTH_BASIC_ENABLED", "false")
                .containsEntry("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "true");
    }

    @Test
    void theFilesThatComposeMountsExist() {
        Set<String> volumes = map(compose(), "volumes").keySet();
        for (String name : services().keySet()) {
            for (String mount : list(name, "volumes")) {
                String source = mount.split(":")[0];
                if (source.startsWith("./")) {
                    assertThat(DOCKER.resolve(source)).as(name).exists();
                    assertThat(mount).as(name).endsWith(":ro");
                } else {
                    assertThat(volumes).as(name).contains(source);
                }
            }
        }
    }

    @Test
    void everyServiceMayAsLittleAsItCan() {
        for (String name : services().keySet()) {
            assertThat(service(name))
                    .as(name)
                    .containsEntry("read_only", true)
                    .containsEntry("security_opt", List.of("no-new-privileges:true"));
            // The Redis image changes to another user at its start.
            if (!name.equals("redis")) {
                assertThat(list(name, "cap_drop")).as(name).containsExactly("ALL");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy.cfg", "haproxy-affinity.cfg"})
    void theBalancerKnowsTheNodesOfCompose(String configuration) {
        String port = ":" + Setting.WS_PORT.defaultValue();
        Map<String, String> servers = matches(
                        configuration, "(?m)^\\s*server (\\S+) \"\\$\\{PRESENCE_NODE_\\d-(\\S+)}\"")
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
        assertThat(servers.keySet()).isEqualTo(NODES);
        assertThat(servers).allSatisfy((name, address) -> assertThat(address).isEqualTo(name + port));
        Set<String> variables = matches(configuration, "\\$\\{(PRESENCE_\\w+)-")
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(variables).containsAll(environment("haproxy").keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"haproxy.cfg", "haproxy-affinity.cfg"})
    void theNodesOfComposeExpectTheHeaderThatTheBalancerSends(String configuration) {
        assertThat(matches(configuration, "(?m)^ +default-server send-proxy-v2$"))
                .hasSize(1);
        for (String node : NODES) {
            assertThat(environment(node)).containsEntry("PRESENCE_PROXY_PROTOCOL", "on");
        }
    }

    static Stream<Path> haproxyConfigurations() {
        return Stream.of(Haproxy.configuration(), Haproxy.affinityConfiguration());
    }

    @ParameterizedTest
    @MethodSource("haproxyConfigurations")
    @Requires(Tool.HAPROXY)
    void haproxyAcceptsItsConfigurationWithoutAWarning(Path configuration) throws IOException {
        ProcessBuilder check = new ProcessBuilder(Tool.HAPROXY.path(), "-c", "-f", configuration.toString());
        check.environment().putAll(Haproxy.environment(Ports.free(), List.of()));
        Ran ran = run(check);
        assertThat(ran.exit).as(ran.output).isZero();
        assertThat(ran.output).doesNotContain("WARNING", "ALERT");
    }

    @Test
    void theImageSetsOnlySettingsThatExistAndExposesTheDefaultPorts() {
        assertThat(settings())
                .containsAll(matches("Dockerfile", "(?m)^ENV (\\w+)=")
                        .map(match -> match.group(1))
                        .toList());
        assertThat(text("Dockerfile"))
                .contains("EXPOSE " + Setting.WS_PORT.defaultValue() + " " + Setting.OPS_PORT.defaultValue());
    }

    @Test
    void theImageCopiesWhatExistsAndStartsWhatItCopied() {
        List<String> copied = new ArrayList<>();
        matches("Dockerfile", "(?m)^COPY (docker/.*) /opt/presence/$")
                .flatMap(match -> Arrays.stream(match.group(1).split(" ")))
                .forEach(file -> {
                    assertThat(DOCKER.resolveSibling(file)).exists();
                    copied.add("/opt/presence/" + Path.of(file).getFileName());
                });
        String jar = Path.of(System.getProperty("presence.jar")).getFileName().toString();
        assertThat(text("Dockerfile")).contains("/target/" + jar + " /opt/presence/");
        copied.add("/opt/presence/" + jar);
        assertThat(matches("Dockerfile", "\"@?(/opt/presence/[^\"]+)\"").map(match -> match.group(1)))
                .containsExactlyInAnyOrderElementsOf(copied);
    }

    @Test
    void theImageHasTheNativeLibrariesWhereItsJvmLooks() {
        assertThat(text("Dockerfile"))
                .contains("COPY --from=build /native /opt/presence/native")
                .contains("\"-Djava.library.path=/opt/presence/native\"");
    }

    @Test
    void thisJvmTakesTheImagesFlags() {
        Ran ran = run(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + DOCKER.resolve("jvm.options"),
                "-jar",
                System.getProperty("presence.jar"),
                "--version"));
        assertThat(ran.exit).as(ran.output).isZero();
        assertThat(ran.output).startsWith("presence-service ").hasLineCount(1);
    }

    @Test
    void theImageStartsFromWhatItWasTrainedTo() {
        String cache = "/opt/presence/presence.aot";
        assertThat(matches("Dockerfile", "docker/train \\S+ (\\S+)").map(match -> match.group(1)))
                .containsExactly(cache);
        assertThat(text("Dockerfile")).contains("\"-XX:AOTCache=" + cache + "\"");
    }

    @Test
    void aTrainedServiceStartsFromItsCache(@TempDir Path folder) throws IOException {
        boolean aot = Runtime.version().feature() >= 25;
        Path cache = folder.resolve("cache");
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        ProcessBuilder train = new ProcessBuilder(
                "bash", DOCKER.resolve("train").toString(), System.getProperty("presence.jar"), cache.toString());
        train.environment().merge("PATH", java, (path, first) -> first + ":" + path);
        Ran trained = run(train);
        assertThat(trained.exit).as(trained.output).isZero();
        // In these modes a JVM exits if it cannot use an option.
        Ran started = run(new ProcessBuilder(
                java + "/java",
                "@" + DOCKER.resolve("jvm.options"),
                aot ? "-XX:AOTMode=on" : "-Xshare:on",
                (aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache,
                "-jar",
                System.getProperty("presence.jar"),
                "--version"));
        assertThat(started.exit).as(started.output).isZero();
        assertThat(started.output).startsWith("presence-service ").hasLineCount(1);
    }

    @Test
    void theHealthCheckFailsWithoutANode() throws IOException {
        // Independent of the protocol of the public port.
        try (TestNode node = TestNode.start(Map.of("PRESENCE_PROXY_PROTOCOL", "on"))) {
            Ran healthy = healthCheck(node.opsPort());
            assertThat(healthy.exit).as(healthy.output).isZero();
            assertThat(healthy.output).isEqualToIgnoringNewLines("HTTP/1.1 200 OK");
        }
        assertThat(healthCheck(Ports.free()).exit).isNotZero();
    }

    @Test
    @Requires(value = Tool.DOCKER_COMPOSE, inCi = false)
    void dockerComposeAcceptsItsFile() {
        Ran ran = run(new ProcessBuilder(
                Tool.DOCKER_COMPOSE.path(),
                "compose",
                "-f",
                DOCKER.resolve("compose.yaml").toString(),
                "config",
                "-q"));
        assertThat(ran.exit).as(ran.output).isZero();
    }

    private static Ran healthCheck(int opsPort) {
        ProcessBuilder check =
                new ProcessBuilder("bash", DOCKER.resolve("healthcheck").toString());
        check.environment().put("OPS_PORT", Integer.toString(opsPort));
        return run(check);
    }

    private record Ran(int exit, String output) {}

    private static Ran run(ProcessBuilder builder) {
        try {
            Path output = Files.createTempFile("presence-docker", ".txt");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(builder.command() + " does not end");
            }
            return new Ran(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> settings() {
        return Stream.of(Setting.values()).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Object> compose() {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text("compose.yaml"));
    }

    private static Map<String, Object> services() {
        return map(compose(), "services");
    }

    private static Map<String, Object> service(String name) {
        return map(services(), name);
    }

    private static List<String> ports(String service) {
        return list(service, "ports");
    }

    @SuppressWarnings("unchecked") // as YAML has it; a wrong shape fails the test
    private static List<String> list(String service, String key) {
        return (List<String>) service(service).getOrDefault(key, List.of());
    }

    private static Map<String, Object> environment(String service) {
        return map(service(service), "environment");
    }

    @SuppressWarnings("unchecked") // as YAML has it; a wrong shape fails the test
    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        assertThat(parent).containsKey(key);
        return (Map<String, Object>) parent.get(key);
    }

    private static Stream<MatchResult> matches(String file, String pattern) {
        return Pattern.compile(pattern).matcher(text(file)).results();
    }

    private static String text(String file) {
        try {
            return Files.readString(DOCKER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
