package presence.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ClassesTransformer;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Checks which package may import which, below one root package. The root itself, which assembles a node, may import
 * all.
 */
record HouseRules(String root) {
    private static final String ROOT = "";
    private static final String GENERATED = "proto";
    private static final int LARGEST_CIRCLE = 3;
    private static final Set<String> PUBLIC_CLUSTER_TYPES =
            Set.of("cluster.RedisBus", "cluster.redis.RedisUnavailableException");

    /** The messages between nodes and what all packages of the cluster may import besides each other. */
    private static final Set<String> VALUES =
            Set.of("board.spi", "roster", "wire", "security", "model", "config", "metrics", GENERATED);

    /** Each package with the packages that it may import besides itself. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            entry("api", Set.of("admin", "board.spi", "ops", "model", "metrics")),
            entry("cli", Set.of("cluster", "cluster.doctor", "cluster.redis", "cluster.tail", "model", "config")),
            entry("admin", Set.of("board", "board.spi", "model", "metrics")),
            entry(
                    "server",
                    Set.of(
                            "connection",
                            "board",
                            "board.spi",
                            "wire",
                            "roster",
                            "security",
                            "ops",
                            "model",
                            "config",
                            "metrics")),
            entry("connection", Set.of("board", "board.spi", "wire", "security", "model", "config", "metrics")),
            entry(
                    "cluster",
                    and(
                            VALUES,
                            "cluster.user",
                            "cluster.segment",
                            "cluster.node",
                            "cluster.pubsub",
                            "cluster.envelope",
                            "cluster.redis")),
            entry(
                    "cluster.user",
                    and(
                            VALUES,
                            "cluster.segment",
                            "cluster.node",
                            "cluster.pubsub",
                            "cluster.envelope",
                            "cluster.redis")),
            entry(
                    "cluster.segment",
                    and(VALUES, "cluster.node", "cluster.pubsub", "cluster.envelope", "cluster.redis")),
            entry("cluster.node", and(VALUES, "cluster.pubsub", "cluster.envelope", "cluster.redis")),
            entry("cluster.pubsub", and(VALUES, "cluster.envelope", "cluster.redis")),
            entry("cluster.envelope", VALUES),
            entry("cluster.redis", VALUES),
            entry("cluster.memory", VALUES),
            entry("cluster.doctor", and(VALUES, "cluster.redis", "cluster.envelope")),
            entry("cluster.tail", and(VALUES, "cluster.redis", "cluster.envelope")),
            entry("board", Set.of("board.spi", "model", "roster", "wire", "metrics")),
            entry("board.spi", Set.of("model", "roster")),
            entry("wire", Set.of("model", GENERATED)),
            entry("roster", Set.of("model")),
            entry("security", Set.of("model", "config", "metrics")),
            entry("ops", Set.of("model", "config", "metrics")),
            entry("model", Set.of()),
            entry("config", Set.of()),
            entry("metrics", Set.of()));

    private static Set<String> and(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    ArchRule importsPointDown() {
        return classes()
                .that(live())
                .should(importOnlyWhatIsAllowed())
                .as("each package imports only what its floor may import");
    }

    ArchRule noPackagesInACircle() {
        return slices().assignedFrom(packages()).should().beFreeOfCycles();
    }

    /** Allows at most three classes in a circle, which can only be read together. */
    ArchRule noKnotsInsideAPackage() {
        return all(packagesBelow()).should(haveNoKnot());
    }

    /** Allows only these classes of the cluster to be named from outside. */
    ArchRule onlyPublicTypesOfTheClusterAreUsed() {
        return noClasses()
                .that(live())
                .and()
                .resideOutsideOfPackage(below("cluster"))
                .should()
                .dependOnClassesThat(resideInAPackage(below("cluster"))
                        .and(describe("are not public", type -> !isPublicOfCluster(type))));
    }

    private boolean isPublicOfCluster(JavaClass type) {
        String name = outermost(type).getName().substring(root.length() + 1);
        return PUBLIC_CLUSTER_TYPES.contains(name)
                || Stream.of("memory", "doctor", "tail").anyMatch(part -> name.startsWith("cluster." + part + "."));
    }

    ArchRule protobufOnlyInWireAndCluster() {
        return noClasses()
                .that(live())
                .and()
                .resideOutsideOfPackages(below("wire"), below("cluster"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.google.protobuf..", below(GENERATED)));
    }

    ArchRule lettuceOnlyInCluster() {
        return noClasses()
                .that(live())
                .and()
                .resideOutsideOfPackage(below("cluster"))
                .should()
                .dependOnClassesThat(resideInAPackage("io.lettuce.."));
    }

    ArchRule noNettyInPureValues() {
        return noClasses()
                .that(resideInAnyPackage(below("model"), below("config"), below("metrics"), below("roster")))
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

    /** Excludes generated messages, which follow protobuf's rules. */
    private DescribedPredicate<JavaClass> live() {
        return describe(
                "are below " + root, type -> isOurs(type) && !packageOf(type).equals(GENERATED));
    }

    private boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    /** The package's name below the root; empty for the root itself. */
    private String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(root) ? ROOT : name.substring(root.length() + 1);
    }

    private ArchCondition<JavaClass> importOnlyWhatIsAllowed() {
        return new ArchCondition<>("import only what their floor may import") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = packageOf(type);
                if (from.equals(ROOT)) {
                    return;
                }
                Set<String> allowed = MAY_IMPORT.get(from);
                if (allowed == null) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " is in a package that has no place in the house"));
                    return;
                }
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (!isOurs(target)) {
                        continue;
                    }
                    String to = packageOf(target);
                    if (!to.equals(from) && !allowed.contains(to)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private ClassesTransformer<JavaPackage> packagesBelow() {
        return new AbstractClassesTransformer<>("packages") {
            @Override
            public Iterable<JavaPackage> doTransform(JavaClasses classes) {
                return Stream.concat(
                                Stream.of(classes.getPackage(root)),
                                classes.getPackage(root).getSubpackagesInTree().stream())
                        .filter(one -> !one.getName().equals(root + "." + GENERATED))
                        .toList();
            }
        };
    }

    private static ArchCondition<JavaPackage> haveNoKnot() {
        return new ArchCondition<>("have no circle of more than " + LARGEST_CIRCLE + " top-level classes") {
            @Override
            public void check(JavaPackage item, ConditionEvents events) {
                Map<JavaClass, Set<JavaClass>> uses = new LinkedHashMap<>();
                for (JavaClass type : item.getClasses()) {
                    Set<JavaClass> used = uses.computeIfAbsent(outermost(type), key -> new LinkedHashSet<>());
                    type.getDirectDependenciesFromSelf().stream()
                            .map(dependency ->
                                    outermost(dependency.getTargetClass().getBaseComponentType()))
                            .filter(target -> target.getPackageName().equals(item.getName()))
                            .forEach(used::add);
                }
                Set<JavaClass> seen = new HashSet<>();
                for (JavaClass type : uses.keySet()) {
                    Set<JavaClass> reached = reachableFrom(type, uses);
                    Set<String> circle = new TreeSet<>();
                    reached.stream()
                            .filter(other -> reachableFrom(other, uses).contains(type))
                            .forEach(other -> circle.add(other.getName()));
                    if (circle.size() > LARGEST_CIRCLE && seen.add(type)) {
                        reached.stream()
                                .filter(other -> circle.contains(other.getName()))
                                .forEach(seen::add);
                        events.add(SimpleConditionEvent.violated(item, "knot of " + circle.size() + ": " + circle));
                    }
                }
            }
        };
    }

    private static Set<JavaClass> reachableFrom(JavaClass start, Map<JavaClass, Set<JavaClass>> uses) {
        Set<JavaClass> reached = new LinkedHashSet<>();
        Deque<JavaClass> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            for (JavaClass next : uses.getOrDefault(open.remove(), Set.of())) {
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return isOurs(type) ? SliceIdentifier.of(packageOf(type)) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages below " + root;
            }
        };
    }
}
