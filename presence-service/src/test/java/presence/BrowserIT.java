package presence;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import presence.testing.NodeTests;
import presence.testing.Requires;
import presence.testing.TestRedis;
import presence.testing.Tool;
import presence.testing.WithRedis;

/** The browser client, its adapters and the demo in a real browser against real nodes: {@code test-browser/*.test.mjs}. */
@WithRedis
@Requires({Tool.NODE, Tool.NPM, Tool.CHROMIUM})
class BrowserIT {
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    static List<String> files() {
        return NodeTests.in("test-browser");
    }

    @ParameterizedTest
    @MethodSource("files")
    void passes(String file, TestRedis redis) {
        NodeTests.pass(file, "browser", redis);
    }
}
