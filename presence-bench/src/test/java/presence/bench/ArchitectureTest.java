package presence.bench;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import presence.architecture.PackageRules;

/** The bench keeps the rules for packages, and each rule finds the violation planted for it below {@code misplaced}. */
class ArchitectureTest {
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry("client", Set.of()),
            entry("process", Set.of()),
            entry("peer", Set.of("client")),
            entry("swarm", Set.of("client", "peer", "process")),
            entry("measure", Set.of("client", "peer", "process", "swarm")),
            entry("compare", Set.of("peer", "process", "swarm", "measure")),
            entry("attack", Set.of("client", "peer", "process", "swarm", "measure")),
            entry("rolling", Set.of("client", "process", "measure")));

    private static final JavaClasses BENCH = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("presence.bench");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("misplaced");

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("imports point down", PackageRules::importsPointDown, "misplaced.process.ProcessThatKnowsSwarms"),
                rule(
                        "no package imports the root",
                        PackageRules::importsPointDown,
                        "misplaced.client.ClientThatKnowsMain"),
                rule("every package has its place", PackageRules::importsPointDown, "misplaced.util.Dump"),
                rule(
                        "no packages in a circle",
                        PackageRules::noPackagesInACircle,
                        "misplaced.process",
                        "misplaced.swarm"),
                rule(
                        "no knot inside a package",
                        PackageRules::noKnotsInsideAPackage,
                        "misplaced.attack.First, misplaced.attack.Fourth, misplaced.attack.Second, misplaced.attack.Third"));
    }

    private static Arguments rule(String name, Function<PackageRules, ArchRule> rule, String... planted) {
        return arguments(name, rule, List.of(planted));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theBenchKeepsTheRule(String name, Function<PackageRules, ArchRule> rule, List<String> planted) {
        rule.apply(new PackageRules("presence.bench", MAY_IMPORT)).check(BENCH);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theRuleFindsWhatWasPlanted(String name, Function<PackageRules, ArchRule> rule, List<String> planted) {
        String report = rule.apply(new PackageRules("misplaced", MAY_IMPORT))
                .evaluate(PLANTED)
                .getFailureReport()
                .toString();
        assertThat(report).contains(planted);
    }

    @Test
    void theBenchIsWhatWasLookedAt() {
        assertThat(BENCH.contain("presence.bench.BenchMain")).isTrue();
        assertThat(BENCH.contain("presence.bench.attack.AttackCommand")).isTrue();
        assertThat(BENCH.contain("presence.bench.attack.AttackIT")).isFalse();
    }
}
