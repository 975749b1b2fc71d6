package presence.it.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.testing.Requires;
import presence.testing.process.Command;
import presence.testing.process.NodeTests;
import presence.testing.process.Tool;

/** The own tests of the browser client and of the demo, in Node. */
@Requires({Tool.NODE, Tool.NPM})
class JavaScriptIT {
    /** Without them, the tests of the types and of the adapters for Yjs do not run. */
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    @Test
    void theBrowserClientPassesItsTests() {
        passesItsTests("presence-client");
    }

    @Test
    void theDemoPassesItsTests() {
        passesItsTests("presence-demo");
    }

    private static void passesItsTests(String module) {
        Command.Result result = Command.in(Command.root().resolve(module))
                .run(Duration.ofMinutes(10), List.of(Tool.NPM.path(), "test", "--silent"));
        // The size of the files that browsers load, and the checks that were not possible.
        result.output()
                .lines()
                .filter(line -> line.contains(" bytes gzipped (") || line.contains("NOT RUN"))
                .forEach(line -> System.out.println("[client] " + line.strip()));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("# fail 0").doesNotContain("# pass 0");
    }
}
