package presence;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import presence.testing.NodeTests;
import presence.testing.Requires;
import presence.testing.TestRedis;
import presence.testing.Tool;
import presence.testing.WithRedis;

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
