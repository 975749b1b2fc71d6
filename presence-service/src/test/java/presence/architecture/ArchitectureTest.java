package presence.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code keeps the rules of {@link HouseRules}, and each rule finds the violation planted for it below {@code
 * planted}.
 */
@Tag("architecture")
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("presence");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("planted");

    static Stream<Arguments> rules() {
        return Stream.of(
                rule(
                        "imports point down",
                        rules -> rules.packages().importsPointDown(),
                        "planted.roster.RosterThatKnowsBoards"),
                rule(
                        "no package imports the root",
                        rules -> rules.packages().importsPointDown(),
                        "planted.wire.WireThatKnowsMain"),
                rule(
                        "no package imports commands",
                        rules -> rules.packages().importsPointDown(),
                        "planted.cluster.ClusterThatKnowsCommands"),
                rule("every package has its place", rules -> rules.packages().importsPointDown(), "planted.util.Dump"),
                rule(
                        "no packages in a circle",
                        rules -> rules.packages().noPackagesInACircle(),
                        "planted.config.Hen",
                        "planted.metrics.Egg"),
                rule(
                        "of board the cluster imports board.spi only",
                        rules -> rules.packages().importsPointDown(),
                        "planted.cluster.ClusterThatKnowsBoards"),
                rule(
                        "parts of the cluster import downwards",
                        rules -> rules.packages().importsPointDown(),
                        "planted.cluster.redis.ConnectionsThatKnowUsers"),
                rule(
                        "no knot inside a package",
                        rules -> rules.packages().noKnotsInsideAPackage(),
                        "planted.ops.First, planted.ops.Fourth, planted.ops.Second, planted.ops.Third"),
                rule(
                        "only the cluster's public types are used",
                        HouseRules::onlyPublicTypesOfTheClusterAreUsed,
                        "planted.cli.CommandThatKnowsUsers"),
                rule(
                        "protobuf only in wire and cluster",
                        HouseRules::protobufOnlyInWireAndCluster,
                        "planted.connection.ConnectionThatKnowsProtobuf",
                        "planted.board.BoardThatKnowsMessages"),
                rule(
                        "Lettuce only in cluster",
                        HouseRules::lettuceOnlyInCluster,
                        "planted.board.BoardThatKnowsLettuce"),
                rule(
                        "no Netty in pure values",
                        HouseRules::noNettyInPureValues,
                        "planted.roster.RosterThatHandlesChannels"),
                rule(
                        "connections do not know the cluster",
                        HouseRules::connectionsDoNotKnowTheCluster,
                        "planted.connection.ConnectionThatKnowsTheCluster"),
                rule(
                        "the cluster does not know connections",
                        HouseRules::theClusterDoesNotKnowConnections,
                        "planted.cluster.ClusterThatKnowsConnections"));
    }

    private static Arguments rule(String name, Function<HouseRules, ArchRule> rule, String... planted) {
        return arguments(name, rule, List.of(planted));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theHouseKeepsTheRule(String name, Function<HouseRules, ArchRule> rule, List<String> planted) {
        rule.apply(new HouseRules("presence")).check(HOUSE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theRuleFindsWhatWasPlanted(String name, Function<HouseRules, ArchRule> rule, List<String> planted) {
        String report = rule.apply(new HouseRules("planted"))
                .evaluate(PLANTED)
                .getFailureReport()
                .toString();
        assertThat(report).contains(planted);
    }

    @Test
    void theHouseIsWhatWasLookedAt() {
        assertThat(HOUSE.contain("presence.Main")).isTrue();
        assertThat(HOUSE.contain("presence.board.Board")).isTrue();
        assertThat(HOUSE.contain("presence.testing.client.TestClient")).isFalse();
    }
}
