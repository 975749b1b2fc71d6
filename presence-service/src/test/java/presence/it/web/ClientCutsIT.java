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

/** The browser client in Node, on a network that fails at random, against real nodes: {@code test-live/*.test.mjs}. */
@WithRedis
@Requires({Tool.NODE, Tool.NPM})
class ClientCutsIT {
    @BeforeAll
    static void installPackages() {
        NodeTests.installPackages();
    }

    @TestFactory
    Stream<DynamicTest> files(TestRedis redis) {
        return NodeTests.pass(List.of("presence-client/test-live"), "client", redis, 1);
    }
}
