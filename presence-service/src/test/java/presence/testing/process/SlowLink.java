package presence.testing.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A host behind a slow link: a network namespace at the other end of a veth pair, whose traffic from here
 * goes through a token bucket (tc-tbf(8)). Removed with everything in it when closed. Needs {@link
 * Tool#NETWORK_NAMESPACES}.
 */
public final class SlowLink implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NEAR_ADDRESS = "10.213.77.1";
    private static final String FAR_ADDRESS = "10.213.77.2";

    private final String namespace = "presence-" + ProcessHandle.current().pid();
    private final String near = "pn" + ProcessHandle.current().pid();
    private final String far = "pf" + ProcessHandle.current().pid();

    /** @param rate in tc's format, such as {@code 100kbit} */
    public SlowLink(String rate) {
        ip("netns", "add", namespace);
        try {
            ip("link", "add", near, "type", "veth", "peer", "name", far);
            ip("link", "set", far, "netns", namespace);
            ip("addr", "add", NEAR_ADDRESS + "/30", "dev", near);
            ip("link", "set", near, "up");
            ip("-n", namespace, "addr", "add", FAR_ADDRESS + "/30", "dev", far);
            ip("-n", namespace, "link", "set", far, "up");
            // A queue of 400 ms is what home routers have at least.
            run(Stream.of(
                    "tc", "qdisc", "add", "dev", near, "root", "tbf", "rate", rate, "burst", "4kb", "latency",
                    "400ms"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The address at which programs behind the link reach servers on all addresses of this machine. */
    public String serverAddress() {
        return NEAR_ADDRESS;
    }

    /** Runs a program of the test's class path behind the link to its exit. */
    public String java(Duration atMost, Class<?> main, String... arguments) {
        return JavaProgram.run(
                List.of(Tool.NETWORK_NAMESPACES.path(), "netns", "exec", namespace), atMost, main, arguments);
    }

    @Override
    public void close() {
        // Removing the namespace with one end also removes the veth pair.
        ip("netns", "del", namespace);
    }

    private static void ip(String... arguments) {
        run(Stream.concat(Stream.of(Tool.NETWORK_NAMESPACES.path()), Stream.of(arguments)));
    }

    private static void run(Stream<String> command) {
        List<String> words = command.toList();
        Command.Result result = Command.in(Path.of(".")).run(PATIENCE, words);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(words + ": " + result.output());
        }
    }
}
