package presence.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Checks which package may import which, and which may know a library, below one root package. */
record HouseRules(String root) {
    private static final String GENERATED = PackageRules.GENERATED;
    private static final Set<String> PUBLIC_CLUSTER_TYPES =
            Set.of("cluster.RedisBus", "cluster.redis.RedisUnavailableException");

    /** The messages between nodes and what all packages of the cluster may import besides each other. */
    private static final Set<String> VALUES =
            Set.of("board.spi", "lock", "roster", "wire", "security", "model", "config", "metrics", GENERATED);

    /** Each package with the packages that it may import besides itself. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry(
                    "api",
                    Set.of(
                            "admin",
                            "agent",
                            "events",
                            "webhook",
                            "activity",
                            "board.spi",
                            "ops",
                            "security",
                            "model",
                            "metrics")),
            entry("cli", Set.of("cluster", "cluster.doctor", "cluster.redis", "cluster.tail", "model", "config")),
            entry("agent", Set.of("board", "board.spi", "wire", "model", "metrics")),
            entry("admin", Set.of("board", "board.spi", "model", "metrics")),
            entry(
                    "server",
                    Set.of(
                            "connection",
                            "gather",
                            "board",
                            "board.spi",
                            "wire",
                            "roster",
                            "security",
                            "ops",
                            "model",
                            "config",
                            "metrics")),
            entry(
                    "connection",
                    Set.of("gather", "watch", "board", "board.spi", "wire", "security", "model", "config", "metrics")),
            entry("watch", Set.of("board", "board.spi", "wire", "model", "metrics")),
            entry(
                    "cluster",
                    and(
                            VALUES,
                            "events",
                            "webhook",
                            "activity",
                            "cluster.activity",
                            "cluster.events",
                            "cluster.user",
                            "cluster.segment",
                            "cluster.lock",
                            "cluster.node",
                            "cluster.pubsub",
                            "cluster.envelope",
                            "cluster.redis")),
            entry(
                    "cluster.user",
                    and(
                            VALUES,
                            "events",
                            "cluster.events",
                            "cluster.segment",
                            "cluster.node",
                            "cluster.pubsub",
                            "cluster.envelope",
                            "cluster.redis")),
            entry(
                    "cluster.segment",
                    and(VALUES, "cluster.lock", "cluster.node", "cluster.pubsub", "cluster.envelope", "cluster.redis")),
            entry("cluster.lock", and(VALUES, "cluster.node", "cluster.pubsub", "cluster.envelope", "cluster.redis")),
            entry("cluster.node", and(VALUES, "cluster.pubsub", "cluster.envelope", "cluster.redis")),
            entry("cluster.pubsub", and(VALUES, "cluster.envelope", "cluster.redis")),
            entry("cluster.envelope", VALUES),
            entry("cluster.redis", VALUES),
            entry("cluster.memory", VALUES),
            entry("cluster.doctor", and(VALUES, "cluster.redis", "cluster.envelope")),
            entry("cluster.tail", and(VALUES, "events", "cluster.events", "cluster.redis", "cluster.envelope")),
            entry("webhook", Set.of("events", "metrics")),
            entry("activity", Set.of("board.spi", "model", "roster", "metrics")),
            entry("cluster.activity", and(VALUES, "activity", "cluster.redis")),
            entry("cluster.events", and(VALUES, "events", "webhook", "cluster.node", "cluster.redis")),
            entry("events", Set.of("board.spi", "model", "roster", "metrics")),
            entry("board", Set.of("board.spi", "lock", "model", "roster", "viewport", "wire", "metrics")),
            entry("lock", Set.of("model")),
            entry("viewport", Set.of("model")),
            entry("board.spi", Set.of("lock", "model", "roster")),
            entry("wire", Set.of("lock", "model", GENERATED)),
            entry("roster", Set.of("model")),
            entry("security", Set.of("model", "config", "metrics")),
            entry("ops", Set.of("model", "config", "metrics")),
            entry("gather", Set.of()),
            entry("model", Set.of()),
            entry("config", Set.of()),
            entry("metrics", Set.of()));

    private static Set<String> and(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    PackageRules packages() {
        return new PackageRules(root, MAY_IMPORT);
    }

    /** Allows only these classes of the cluster to be named from outside. */
    ArchRule onlyPublicTypesOfTheClusterAreUsed() {
        return noClasses()
                .that(packages().live())
                .and()
                .resideOutsideOfPackage(below("cluster"))
                .should()
                .dependOnClassesThat(resideInAPackage(below("cluster"))
                        .and(describe("are not public", type -> !isPublicOfCluster(type))));
    }

    private boolean isPublicOfCluster(JavaClass type) {
        String name = PackageRules.outermost(type).getName().substring(root.length() + 1);
        return PUBLIC_CLUSTER_TYPES.contains(name)
                || Stream.of("memory", "doctor", "tail").anyMatch(part -> name.startsWith("cluster." + part + "."));
    }

    ArchRule protobufOnlyInWireAndCluster() {
        return noClasses()
                .that(packages().live())
                .and()
                .resideOutsideOfPackages(below("wire"), below("cluster"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.google.protobuf..", below(GENERATED)));
    }

    ArchRule lettuceOnlyInCluster() {
        return noClasses()
                .that(packages().live())
                .and()
                .resideOutsideOfPackage(below("cluster"))
                .should()
                .dependOnClassesThat(resideInAPackage("io.lettuce.."));
    }

    ArchRule noNettyInPureValues() {
        return noClasses()
                .that(resideInAnyPackage(
                        below("model"),
                        below("config"),
                        below("metrics"),
                        below("roster"),
                        below("viewport"),
                        below("lock")))
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty.."));
    }

    ArchRule connectionsDoNotKnowTheCluster() {
        return noClasses()
                .that(resideInAPackage(below("connection")))
                .should()
                .dependOnClassesThat(resideInAPackage(below("cluster")));
    }

    ArchRule theClusterDoesNotKnowConnections() {
        return noClasses()
                .that(resideInAPackage(below("cluster")))
                .should()
                .dependOnClassesThat(resideInAPackage(below("connection")));
    }

    private String below(String name) {
        return root + "." + name + "..";
    }
}
