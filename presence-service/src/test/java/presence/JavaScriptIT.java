package presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.testing.Command;
import presence.testing.NodeTests;
import presence.testing.Requires;
import presence.testing.Tool;

/** The browser client's own tests, in Node. */
@Requires({Tool.NODE, Tool.NPM})
class JavaScriptIT {
    /** Without them, the tests of the types and of the adapters for Yjs do not run. */
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    @Test
    void theBrowserClientPassesItsTests() {
        Command.Result result = Command.in(Command.root().resolve("presence-client"))
                .run(Duration.ofMinutes(2), List.of(Tool.NPM.path(), "test", "--silent"));
        // The size of what browsers load, and what could not be looked at.
        result.output()
                .lines()
                .filter(line -> line.contains(" bytes gzipped (") || line.contains("NOT RUN"))
                .forEach(line -> System.out.println("[client] " + line.strip()));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("# fail 0").doesNotContain("# pass 0");
    }
}
