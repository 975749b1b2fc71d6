package presence.testing.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import presence.testing.client.Metrics;

/** Runs the real jar in its own JVM, as an operator does. */
public final class NodeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready node=(\\S+) wsPort=(\\d+) opsPort=(\\d+)");

    /** The last line of a class histogram: instances, bytes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** Hundreds of nodes run for seconds: the JVM's optimizations for long runs would not pay. */
    private static final List<String> JAVA_OPTIONS = List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dio.netty.leakDetection.level=paranoid",
            "-Dio.netty.leakDetection.acquireAndReleaseOnly=true");

    private final Process process;
    private final Path log;

    private NodeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the jar with these environment variables, without waiting. */
    public static NodeProcess launch(Map<String, String> settings, String... arguments) {
        return launch(ClassArchive.options(), settings, arguments);
    }

    private static NodeProcess launch(List<String> javaOptions, Map<String, String> settings, String... arguments) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "WS_PORT", "0",
                "OPS_PORT", "0",
                "PRESENCE_BIND", "127.0.0.1",
                "PRESENCE_DRAIN_MS", "0"));
        environment.putAll(settings);
        try {
            Path log = Files.createTempFile("presence-node", ".log");
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString());
            builder.command().addAll(JAVA_OPTIONS);
            builder.command().addAll(javaOptions);
            builder.command().addAll(List.of("-jar", System.getProperty("presence.jar")));
            builder.command().addAll(List.of(arguments));
            // Variables set for the tests, or by a developer, must not reach this node.
            builder.environment().keySet().removeIf(name -> name.startsWith("PRESENCE_"));
            builder.environment().putAll(environment);
            return new NodeProcess(
                    Children.watched(builder.redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start()),
                    log);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start the jar", e);
        }
    }

    /** Starts the jar and waits until it logs that it is ready. */
    public static NodeProcess start(Map<String, String> settings) {
        return startWith(ClassArchive.options(), settings);
    }

    static NodeProcess startWith(List<String> javaOptions, Map<String, String> settings) {
        NodeProcess node = launch(javaOptions, settings);
        Awaitility.await("node is ready")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!node.process.isAlive()) {
                        throw new IllegalStateException("the node ended:\n" + node.log());
                    }
                    return READY.matcher(node.log()).find();
                });
        return node;
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The warnings and errors, except the one of a node without authentication. */
    public List<String> warnings() {
        return log().lines()
                .filter(line -> line.matches(".*\\b(WARN|ERROR|LEAK)\\b.*") && !line.contains("no authentication: "))
                .toList();
    }

    private Matcher ready() {
        Matcher matcher = READY.matcher(log());
        if (!matcher.find()) {
            throw new IllegalStateException("not ready:\n" + log());
        }
        return matcher;
    }

    /** The UUID in the node's log. */
    public String id() {
        return ready().group(1);
    }

    public int publicPort() {
        return Integer.parseInt(ready().group(2));
    }

    public int opsPort() {
        return Integer.parseInt(ready().group(3));
    }

    public URI ws() {
        return URI.create("ws://127.0.0.1:" + publicPort() + "/ws");
    }

    public double metric(String name) {
        return Metrics.read(opsPort(), name);
    }

    /** Waits for the process to exit and returns its exit code. */
    public int waitFor(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the node still runs after " + atMost + ":\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGSTOP: the process stops, and its sockets stay open. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        run("kill", "-" + name, Long.toString(process.pid()));
    }

    /** Runs a garbage collection; returns the bytes in use after it. */
    public long liveHeapBytes() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = run(jcmd, Long.toString(process.pid()), "GC.class_histogram");
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException("no total in:\n" + histogram);
        }
        return Long.parseLong(total.group(1));
    }

    private static String run(String... command) {
        Command.Result result = Command.in(Command.root()).run(Duration.ofSeconds(10), List.of(command));
        if (result.exitCode() != 0) {
            throw new IllegalStateException("cannot run " + List.of(command) + ": " + result.output());
        }
        return result.output();
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
        waitFor(Duration.ofSeconds(10));
    }
}
