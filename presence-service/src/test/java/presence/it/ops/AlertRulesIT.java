package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.config.Setting;
import presence.testing.Requires;
import presence.testing.files.MonitoringFiles;
import presence.testing.files.Promql;
import presence.testing.process.Command;
import presence.testing.process.Tool;

/**
 * Checks the alerts of {@code docker/prometheus}: they are valid, each fires in its test, and each has its annotations.
 */
class AlertRulesIT {
    private static final Pattern FIRED = Pattern.compile("alertname=\"(\\w+)\"");

    private static void promtool(Object... arguments) {
        List<String> command = new ArrayList<>(List.of(Tool.PROMTOOL.path()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Command.Result result = Command.in(Command.root()).run(Duration.ofSeconds(60), command);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("SUCCESS");
    }

    @Test
    @Requires(Tool.PROMTOOL)
    void promtoolAcceptsConfigurationAndRules() {
        promtool("check", "config", "--lint-fatal", MonitoringFiles.CONFIGURATION);
        promtool("check", "rules", "--lint-fatal", MonitoringFiles.RULES);
    }

    @Test
    @Requires(Tool.PROMTOOL)
    void alertsFireWhenTheyShouldAndOnlyThen() {
        promtool("test", "rules", MonitoringFiles.RULE_TESTS);
    }

    @Test
    void everyAlertHasATestInWhichItFires() {
        List<Map<String, Object>> tests =
                MonitoringFiles.entries(MonitoringFiles.yaml(MonitoringFiles.RULE_TESTS), "tests");
        Set<String> fired = tests.stream()
                .filter(test -> firing(test).contains(test.get("name")))
                .map(test -> test.get("name").toString())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(fired).containsExactlyInAnyOrderElementsOf(MonitoringFiles.alertNames());
    }

    /** Names of the alerts that a test expects to fire. */
    private static Set<String> firing(Map<String, Object> test) {
        return MonitoringFiles.entries(test, "promql_expr_test").stream()
                .flatMap(expected -> MonitoringFiles.entries(expected, "exp_samples").stream())
                .flatMap(
                        sample -> FIRED.matcher(sample.get("labels").toString()).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyAlertSaysHowBadItIsWhatItIsAndWhatToDo() {
        assertThat(MonitoringFiles.alertNames()).doesNotHaveDuplicates().isNotEmpty();
        MonitoringFiles.rules().stream()
                .filter(rule -> rule.containsKey("alert"))
                .forEach(alert -> {
                    String name = alert.get("alert").toString();
                    assertThat(map(alert, "labels").get("severity")).as(name).isIn("critical", "warning");
                    assertThat(map(alert, "annotations").keySet())
                            .as(name)
                            .containsExactlyInAnyOrder("summary", "description");
                });
    }

    @Test
    void theAlertsPageListsTheAlertsThatThereAre() throws IOException {
        List<String> listed = Files.readString(Command.root().resolve("docs/operations/alerts.md"))
                .lines()
                .filter(line -> line.startsWith("| `Presence"))
                .map(line -> line.split("`")[1])
                .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(MonitoringFiles.alertNames());
    }

    @Test
    void settingsThatAlertsNameExistAndTheDefaultTheyCopyIsTheServices() throws IOException {
        String rules = Files.readString(MonitoringFiles.RULES);
        Set<String> settings = Stream.of(Setting.values()).map(Enum::name).collect(Collectors.toSet());
        assertThat(Pattern.compile("\\bPRESENCE_\\w+").matcher(rules).results())
                .isNotEmpty()
                .allSatisfy(match -> assertThat(settings).contains(match.group()));
        assertThat(rules)
                .contains("presence_connections > 0.9 * " + Setting.PRESENCE_MAX_CONNECTIONS.defaultValue() + "\n");
    }

    @Test
    void noRuleTellsBoardsOrUsersApart() {
        assertThat(MonitoringFiles.ruleExpressions())
                .allSatisfy(expression -> assertThat(Promql.labels(expression)).isSubsetOf(MonitoringFiles.LABELS));
    }

    @Test
    void prometheusOfComposeAsksTheOperatorsPortOfEveryNode() {
        Map<String, Object> configuration = MonitoringFiles.yaml(MonitoringFiles.CONFIGURATION);
        assertThat(configuration)
                .containsEntry(
                        "rule_files",
                        List.of(MonitoringFiles.RULES.getFileName().toString()));
        Map<String, Object> job =
                MonitoringFiles.entries(configuration, "scrape_configs").get(0);
        Path compose = MonitoringFiles.CONFIGURATION.resolveSibling("../compose.yaml");
        List<String> nodes = map(MonitoringFiles.yaml(compose), "services").keySet().stream()
                .filter(service -> service.startsWith("node-"))
                .map(node -> node + ":" + Setting.OPS_PORT.defaultValue())
                .toList();
        assertThat(nodes).isNotEmpty();
        assertThat(MonitoringFiles.entries(job, "static_configs")).containsExactly(Map.of("targets", nodes));
    }

    @SuppressWarnings("unchecked") // as YAML has it; a wrong shape fails the test
    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        return (Map<String, Object>) parent.get(key);
    }
}
