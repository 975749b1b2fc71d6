package presence.testing.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import presence.testing.files.AclRule;

/**
 * A {@code redis-server} process of one test, which may kill and restart it: the binary on the PATH, else that of the
 * embedded-redis artifact. Nodes use a user with the rights documented in docs/deployment/redis.md ({@link #url}); the
 * test itself has all rights ({@link #operatorUrl}).
 */
public final class RedisServer implements AutoCloseable {
    private static @Nullable Path embedded;
    /** Major version by binary. */
    private static final Map<String, Integer> MAJORS = new ConcurrentHashMap<>();

    /** In memory if possible: a Cluster's server blocks while its disk is busy writing its configuration. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final String binary;
    private final int port;
    private final Path directory;
    private @Nullable Process process;

    /** The certificates of a server with TLS only. */
    private final List<String> tlsOptions;

    private RedisServer(String binary, int port, List<String> tlsOptions) throws IOException {
        this.binary = binary;
        this.tlsOptions = tlsOptions;
        this.port = port;
        this.directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "presence-redis")
                : Files.createTempDirectory("presence-redis");
    }

    /** Starts a server on a free port, with these options besides the default ones. */
    public static RedisServer start(String... options) {
        return start(List.of(), options);
    }

    /**
     * Starts a server with TLS only, which requires client certificates.
     *
     * @param folder holds {@code cert.pem} and {@code key.pem} of the server, and {@code ca.pem}, which signs client
     *     certificates
     */
    public static RedisServer startWithTls(Path folder, String... options) {
        return start(
                List.of(
                        "--tls-cert-file",
                        folder.resolve("cert.pem").toString(),
                        "--tls-key-file",
                        folder.resolve("key.pem").toString(),
                        "--tls-ca-cert-file",
                        folder.resolve("ca.pem").toString(),
                        "--tls-auth-clients",
                        "yes"),
                options);
    }

    private static RedisServer start(List<String> tlsOptions, String... options) {
        try {
            RedisServer server = new RedisServer(binary(), Ports.free(), tlsOptions);
            server.startAgain(options);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start a Redis", e);
        }
    }

    /** Starts a server on a given port. */
    static RedisServer startOn(int port, String... options) throws IOException {
        RedisServer server = new RedisServer(binary(), port, List.of());
        server.startAgain(options);
        return server;
    }

    /** Whether the process runs. */
    public boolean isRunning() {
        return process != null;
    }

    /** Whether a binary is available. */
    static boolean isAvailable() {
        return Tool.REDIS_SERVER.find().isPresent() || embeddedResource() != null;
    }

    static String binary() throws IOException {
        // Not resolved: Debian's redis-server is a link to a program that depends on its own name.
        return Tool.REDIS_SERVER.find().isPresent()
                ? Tool.REDIS_SERVER.find().get().toString()
                : embeddedBinary().toString();
    }

    private static @Nullable String embeddedResource() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").contains("aarch64") ? "arm64" : "amd64";
        String name = "/redis-server-7.0.15-" + os + "-" + arch;
        return RedisServer.class.getResource(name) == null ? null : name;
    }

    private static synchronized Path embeddedBinary() throws IOException {
        if (embedded == null) {
            String resource = embeddedResource();
            if (resource == null) {
                throw new IOException("no redis-server: install one, or set PRESENCE_TEST_REDIS_URL");
            }
            Path file = Files.createTempFile("redis-server", "");
            try (InputStream in = RedisServer.class.getResourceAsStream(resource)) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + file + " executable");
            }
            file.toFile().deleteOnExit();
            embedded = file;
        }
        return embedded;
    }

    /** Starts the server, empty, on its previous port. */
    public void startAgain(String... options) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("Redis still runs");
        }
        List<String> command = new ArrayList<>(List.of(
                binary,
                "--port",
                isTls() ? "0" : Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                directory.toString()));
        if (major(binary) >= 7) {
            // Redis 6.2 has no such option and allows DEBUG.
            command.addAll(List.of("--enable-debug-command", "yes"));
        }
        if (isTls()) {
            command.addAll(List.of("--tls-port", Integer.toString(port)));
            command.addAll(tlsOptions);
        }
        command.addAll(AclRule.serverOptions());
        command.addAll(List.of(options));
        try {
            process = Children.watched(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log().toFile())
                    .start());
        } catch (IOException e) {
            throw new IllegalStateException("cannot start " + binary, e);
        }
        Awaitility.await("Redis answers on port " + port)
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(this::answers);
    }

    /** Returns the major version of a redis-server. */
    private static int major(String binary) {
        return MAJORS.computeIfAbsent(binary, RedisServer::askMajor);
    }

    private static int askMajor(String binary) {
        try {
            String answer = output(binary, "--version");
            Matcher version = Pattern.compile("v=(\\d+)\\.").matcher(answer);
            if (!version.find()) {
                throw new IllegalStateException(binary + " --version answered " + answer);
            }
            return Integer.parseInt(version.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + binary, e);
        }
    }

    /** Whether the installed server has SPUBLISH and SSUBSCRIBE, which came with Redis 7. */
    public static boolean hasShardedChannels() {
        try {
            return major(binary()) >= 7;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test {@code name} with a line on the console if the installed server has no sharded channels. */
    public static void assumeShardedChannels(String name) {
        assume(hasShardedChannels(), name + " needs Redis 7");
    }

    /**
     * Skips the test {@code name} with a line on the console if the installed server was built without TLS.
     *
     * @throws IllegalStateException instead, where {@code PRESENCE_TEST_REQUIRE_TOOLS} is true
     */
    public static void assumeTls(String name) {
        boolean has = hasTls();
        String message = name + " needs a redis-server with TLS";
        if (!has && Boolean.parseBoolean(System.getenv("PRESENCE_TEST_REQUIRE_TOOLS"))) {
            throw new IllegalStateException(message);
        }
        assume(has, message);
    }

    private static void assume(boolean condition, String message) {
        if (!condition) {
            System.err.println("NOT RUN: " + message);
            Assumptions.abort("NOT RUN: " + message);
        }
    }

    private static boolean hasTls() {
        try {
            // Ends at once in any case: for want of TLS, or of a certificate.
            return output(binary(), "--port", "0", "--tls-port", "1", "--save", "")
                    .contains("tls-cert-file");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String output(String... command) throws IOException {
        Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private boolean isTls() {
        return !tlsOptions.isEmpty();
    }

    private Path log() {
        return directory.resolve("redis.log");
    }

    private boolean answers() throws IOException {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("redis-server ended:\n" + Files.readString(log()));
        }
        if (isTls()) {
            return Files.readString(log()).contains("Ready to accept connections");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            if (!running.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Redis does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    /** The URL for nodes. */
    public String url() {
        return url(port);
    }

    /** The URL for nodes through a proxy on this port. */
    public String url(int proxyPort) {
        return AclRule.asNode(operatorUrl(proxyPort));
    }

    /** The URL for the test itself. */
    public String operatorUrl() {
        return operatorUrl(port);
    }

    private String operatorUrl(int at) {
        // A certificate needs a host name.
        return isTls() ? "rediss://localhost:" + at : "redis://127.0.0.1:" + at;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
