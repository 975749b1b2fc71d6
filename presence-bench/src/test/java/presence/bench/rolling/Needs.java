package presence.bench.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import presence.bench.process.Programs;

/** The programs that tests with several nodes need. */
final class Needs {
    private Needs() {}

    /** Skips the test where one of them is missing; fails it where {@code PRESENCE_TEST_REQUIRE_TOOLS=true}, as in CI. */
    static void programs(String... names) {
        for (String name : names) {
            boolean there = Programs.onPath(name) != null;
            if ("true".equals(System.getenv("PRESENCE_TEST_REQUIRE_TOOLS"))) {
                assertThat(there).as(name + " is installed").isTrue();
            } else if (!there) {
                System.out.println("NOT RUN: nodes restarted behind HAProxy, needs " + name);
            }
            Assumptions.assumeTrue(there, name);
        }
    }
}
