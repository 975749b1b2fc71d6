package presence.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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
 * Checks the imports between the packages below one root package and the circles within each. The root itself, which
 * assembles the program, may import all of them.
 *
 * @param root the name of the root package
 * @param mayImport each package below the root with the packages that it may import besides itself
 */
public record PackageRules(String root, Map<String, Set<String>> mayImport) {
    static final String GENERATED = "proto";
    private static final String ROOT = "";
    private static final int LARGEST_CIRCLE = 3;

    public ArchRule importsPointDown() {
        return classes()
                .that(live())
                .should(importOnlyWhatIsAllowed())
                .as("each package imports only what its floor may import");
    }

    public ArchRule noPackagesInACircle() {
        return slices().assignedFrom(packages()).should().beFreeOfCycles();
    }

    /** Allows at most three classes in a circle, which can only be read together. */
    public ArchRule noKnotsInsideAPackage() {
        return all(packagesBelow()).should(haveNoKnot());
    }

    /** Excludes generated messages, which follow protobuf's rules. */
    DescribedPredicate<JavaClass> live() {
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
                Set<String> allowed = mayImport.get(from);
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

    static JavaClass outermost(JavaClass type) {
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
