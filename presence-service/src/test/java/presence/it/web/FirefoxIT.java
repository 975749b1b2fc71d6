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

/** The core of the browser client in Firefox against a real node. */
@WithRedis
@Requires({Tool.NODE, Tool.NPM, Tool.FIREFOX})
class FirefoxIT {
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    @TestFactory
    Stream<DynamicTest> core(TestRedis redis) {
        return NodeTests.pass(List.of("presence-client/test-engines/firefox.test.mjs"), "firefox", redis, 1);
    }
}
