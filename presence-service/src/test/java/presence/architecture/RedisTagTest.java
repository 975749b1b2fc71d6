package presence.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

/** The profile {@code redis} runs what carries the tag {@code redis}: a test without it would never meet another Redis. */
@Tag("architecture")
class RedisTagTest {
    // What a class depends on has a name; there is no need to read the classes of all libraries.
    private static final JavaClasses TESTS = ArchConfiguration.withThreadLocalScope(configuration -> {
        configuration.setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(location -> location.matches(Pattern.compile(".*IT(\\$.*)?\\.class")))
                .importPackages("presence");
    });

    @Test
    void everyTestThatUsesARedisIsInTheProfile() {
        Set<String> without = TESTS.stream()
                .filter(RedisTagTest::usesRedis)
                .map(RedisTagTest::outermost)
                .filter(test -> !hasTag(test.reflect()))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        assertThat(without).as("tests without @Tag(\"redis\") or @WithRedis").isEmpty();
    }

    private static boolean usesRedis(JavaClass test) {
        return test.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getSimpleName())
                .anyMatch(name -> name.matches("RedisServer|RedisCluster|TestRedis|Sentinels|MovableRedis|RedisBuses"
                        + "|OverRedisCluster|FaultFixture"));
    }

    private static JavaClass outermost(JavaClass test) {
        return test.getEnclosingClass().map(RedisTagTest::outermost).orElse(test);
    }

    /** Those of the fault suite and the long ones are run by other means. */
    private static boolean hasTag(Class<?> test) {
        return AnnotationSupport.findRepeatableAnnotations(test, Tag.class).stream()
                .anyMatch(tag -> Set.of("redis", "fault", "long").contains(tag.value()));
    }
}
