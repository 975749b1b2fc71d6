package presence.testing.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real HAProxy on loopback with a configuration of the repository's docker folder, started without Docker. It names the
 * nodes {@code node-1} to {@code node-3}; missing ones have an address that refuses connections.
 */
public final class Haproxy implements AutoCloseable {
    private static final int NODES = 3;
    /** Reserved and never listened on, so that a check is refused at once. */
    private static final String REFUSING = "127.0.0.1:1";

    private final Process process;
    private final Path log;
    private final int port;

    private Haproxy(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** The one that spreads clients by their number. */
    public static Path configuration() {
        return configuration("haproxy.cfg");
    }

    /** The one that sends the clients of a board to the same node. */
    public static Path affinityConfiguration() {
        return configuration("haproxy-affinity.cfg");
    }

    private static Path configuration(String name) {
        return Path.of(System.getProperty("presence.root"), "docker", name);
    }

    /** The environment that makes a configuration listen on that port for nodes on these ports. */
    public static Map<String, String> environment(int port, List<Integer> nodePorts) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PRESENCE_BALANCER_BIND", "127.0.0.1:" + port);
        for (int i = 0; i < NODES; i++) {
            environment.put(
                    "PRESENCE_NODE_" + (i + 1), i < nodePorts.size() ? "127.0.0.1:" + nodePorts.get(i) : REFUSING);
        }
        return environment;
    }

    /** Starts HAProxy with {@link #configuration()} on a free port and waits until it listens. */
    public static Haproxy start(List<Integer> nodePorts) {
        return start(configuration(), nodePorts);
    }

    /** Starts HAProxy with this configuration on a free port and waits until it listens. */
    public static Haproxy start(Path configuration, List<Integer> nodePorts) {
        try {
            int port = Ports.free();
            Path log = Files.createTempFile("presence-haproxy", ".log");
            ProcessBuilder builder = new ProcessBuilder(Tool.HAPROXY.path(), "-db", "-f", configuration.toString());
            builder.environment().putAll(environment(port, nodePorts));
            Haproxy haproxy = new Haproxy(
                    Children.watched(builder.redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start()),
                    log,
                    port);
            Awaitility.await("HAProxy listens on port " + port)
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(haproxy::listens);
            return haproxy;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start HAProxy", e);
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("HAProxy ended:\n" + log());
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits until the latest state of a node, {@code node-1} for example, is this: UP or DOWN. */
    public void awaitNews(String node, String state) {
        Awaitility.await(node + " is " + state)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> log().lines()
                        .filter(line -> line.startsWith("Server nodes/" + node + " is "))
                        .reduce((earlier, later) -> later)
                        .filter(line -> line.startsWith("Server nodes/" + node + " is " + state))
                        .isPresent());
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public URI ws() {
        return URI.create("ws://127.0.0.1:" + port + "/ws");
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("HAProxy does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
