package presence.it.web;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import presence.testing.Requires;
import presence.testing.WithRedis;
import presence.testing.process.NodeTests;
import presence.testing.process.TestRedis;
import presence.testing.process.Tool;

/**
 * The browser client, its adapters, the demo and the operators' page in a real browser against real nodes: {@code
 * test-browser/*.test.mjs} of the first ones, {@code src/test/browser} of the page.
 */
@WithRedis
@Requires({Tool.NODE, Tool.NPM, Tool.CHROMIUM})
class BrowserIT {
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    /** Three at a time: they wait for each other's pages, and take longest of all tests. */
    @TestFactory
    Stream<DynamicTest> files(TestRedis redis) {
        return NodeTests.pass(
                List.of(
                        "presence-demo/test-browser",
                        "presence-client/test-browser",
                        "presence-service/src/test/browser"),
                "browser",
                redis,
                3);
    }
}
