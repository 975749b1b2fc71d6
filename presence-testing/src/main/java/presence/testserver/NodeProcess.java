package presence.testserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One process of a node, from its start to its end. */
final class NodeProcess {
    /** Nodes of tests live for seconds: small, and without the JVM's optimizations for long runs. */
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    /** Variables of the service; those of the tests' environment must not change the node. */
    private static final Pattern VARIABLES =
            Pattern.compile("PRESENCE_.*|REDIS_URL(_FILE)?|WS_PORT|OPS_PORT|SERVER_ID|LOG_LEVEL|LOG_FORMAT");

    /** How long a node without a drain may take to end after SIGTERM, on a busy machine. */
    private static final Duration STOP = Duration.ofMinutes(1);

    private final Process process;
    /** The line with the addresses. */
    private final String addresses;

    private NodeProcess(Process process, String addresses) {
        this.process = process;
        this.addresses = addresses;
    }

    /**
     * Starts the jar and waits for its addresses.
     *
     * @param values by variable
     * @param log the node's standard error is appended to it
     * @throws IllegalStateException if it ends or takes longer than {@code atMost}; the message holds the log
     */
    static NodeProcess launch(Path jar, Map<String, String> values, Path log, Duration atMost) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(JAVA_OPTIONS);
        // The pipe of its standard input closes with this JVM, however that ends.
        command.addAll(List.of("-jar", jar.toString(), "--dev", "--exit-on-stdin-close"));
        values.forEach((variable, value) -> command.addAll(List.of(PresenceServer.option(variable), value)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> VARIABLES.matcher(name).matches());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + java, e);
        }
        try {
            return new NodeProcess(process, addresses(process, log, atMost));
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String addresses(Process process, Path log, Duration atMost) {
        try {
            String line = firstLine(process).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            if (line != null) {
                return line;
            }
            // Its output has ended; its log is complete when the process has.
            process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
            throw new IllegalStateException("the node ended at its start; its log:\n" + read(log));
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the node was not ready within " + atMost.toMillis() + " ms; its log:\n" + read(log), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot read the output of the node", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a node started", e);
        }
    }

    /** The first line of its output; null if that ends without one. */
    private static CompletableFuture<@Nullable String> firstLine(Process process) {
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        Thread reader = new Thread(() -> copyFirstLine(process, line), "presence-server-output");
        reader.setDaemon(true);
        reader.start();
        return line;
    }

    private static void copyFirstLine(Process process, CompletableFuture<@Nullable String> line) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            line.complete(output.readLine());
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }

    URI address(String name) {
        return URI.create(field(name));
    }

    String field(String name) {
        Matcher field = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(addresses);
        if (!field.find()) {
            throw new IllegalStateException("no " + name + " in " + addresses);
        }
        return field.group(1);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void stop() {
        process.destroy();
        if (!isGone(STOP)) {
            kill();
        }
    }

    void kill() {
        process.destroyForcibly();
        if (!isGone(STOP)) {
            throw new IllegalStateException("the node cannot be killed, pid " + process.pid());
        }
    }

    private boolean isGone(Duration atMost) {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }
}
