package presence.testserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A presence node in a process of its own, in dev mode: free ports on loopback, short times, no Redis. The process ends
 * with {@link #close()}, or when the JVM of the tests is gone.
 *
 * <pre>{@code
 * try (PresenceServer server = PresenceServer.start()) {
 *     openPage(server.webSocketUrl());
 * }
 * }</pre>
 *
 * <p>Methods that start or stop the process return when it is ready or gone. Not thread-safe.
 */
public final class PresenceServer implements AutoCloseable {
    private final Builder settings;
    private final Path log;
    private NodeProcess process;

    private PresenceServer(Builder settings) {
        this.settings = settings;
        try {
            log = Files.createTempFile("presence-server", ".log");
            log.toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a file for the log", e);
        }
        process = launch(settings.values);
    }

    /**
     * Starts a node with the defaults of dev mode.
     *
     * @throws IllegalStateException if it ends, or is not ready within a minute; the message holds its log
     */
    public static PresenceServer start() {
        return builder().start();
    }

    /** Returns a builder for a node with other settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Settings of a node that is to be started. */
    public static final class Builder {
        private final Map<String, String> values = new LinkedHashMap<>();
        private Path jar = Path.of("");
        private Duration startTimeout = Duration.ofMinutes(1);

        private Builder() {}

        /**
         * Gives a setting a value.
         *
         * @param variable its name in the service's docs/configuration.md, such as {@code PRESENCE_GRACE_MS}
         */
        public Builder set(String variable, String value) {
            values.put(variable, value);
            return this;
        }

        /** Starts this presence-service.jar instead of the one of the same version that comes with this class. */
        public Builder jar(Path presenceServiceJar) {
            jar = presenceServiceJar;
            return this;
        }

        /** Sets how long the node may take to be ready; default: one minute. */
        public Builder startTimeout(Duration atMost) {
            startTimeout = atMost;
            return this;
        }

        /**
         * Starts the node.
         *
         * @throws IllegalStateException if it ends, or is not ready in time; the message holds its log
         */
        public PresenceServer start() {
            return new PresenceServer(this);
        }
    }

    private NodeProcess launch(Map<String, String> values) {
        Path jar = settings.jar.toString().isEmpty() ? ServiceJar.unpacked() : settings.jar;
        return NodeProcess.launch(jar, values, log, settings.startTimeout);
    }

    /** Where clients connect, such as {@code ws://127.0.0.1:40251/ws}. */
    public URI webSocketUrl() {
        return process.address("webSocketUrl");
    }

    /** Where the demo page and the browser client are served, without a slash at the end. */
    public URI httpUrl() {
        return process.address("httpUrl");
    }

    /** The operators' port, with health, metrics and the HTTP API, without a slash at the end. */
    public URI opsUrl() {
        return process.address("opsUrl");
    }

    /** The node's UUID, which changes with every start. */
    public String nodeId() {
        return process.field("nodeId");
    }

    /** The id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process runs. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** What the node has logged since its first start: warnings, unless {@code LOG_LEVEL} is set. */
    public String log() {
        return NodeProcess.read(log);
    }

    /** Stops the node in an orderly way; its clients are told. Does nothing if it does not run. */
    public void stop() {
        process.stop();
    }

    /** Kills the node, as a crash does. Does nothing if it does not run. */
    public void kill() {
        process.kill();
    }

    /**
     * Starts the stopped node again at the same addresses, without its members.
     *
     * @throws IllegalStateException if it runs, or does not start
     */
    public void startAgain() {
        if (isRunning()) {
            throw new IllegalStateException("the node runs: stop it first");
        }
        Map<String, String> values = new LinkedHashMap<>(settings.values);
        values.put("WS_PORT", Integer.toString(webSocketUrl().getPort()));
        values.put("OPS_PORT", Integer.toString(opsUrl().getPort()));
        process = launch(values);
    }

    /** Stops the node and starts it again at the same addresses, without its members. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Stops the node and removes its log. */
    @Override
    public void close() {
        stop();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + log, e);
        }
    }

    /** The option for a variable: {@code PRESENCE_GRACE_MS} is {@code --grace-ms}. */
    static String option(String variable) {
        String name = variable.startsWith("PRESENCE_") ? variable.substring("PRESENCE_".length()) : variable;
        return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
