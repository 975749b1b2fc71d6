package presence.testing.process;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import presence.testing.files.AclRule;

/**
 * The Redis of tests that do not restart or reconfigure it: {@code PRESENCE_TEST_REDIS_URL} if set, else a
 * {@code redis-server} from the PATH, else a container, else the embedded binary. One for the whole run;
 * tests have their own board ids and prefixes.
 */
public final class TestRedis implements AutoCloseable {
    private final String url;
    private final String operatorUrl;
    private final AutoCloseable server;

    private TestRedis(String url, String operatorUrl, AutoCloseable server) {
        this.url = url;
        this.operatorUrl = operatorUrl;
        this.server = server;
    }

    /** The run's Redis, started at the first call and stopped at the end of the run. */
    public static TestRedis shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(TestRedis.class))
                .computeIfAbsent(TestRedis.class, key -> start(), TestRedis.class);
    }

    private static TestRedis start() {
        String given = System.getenv("PRESENCE_TEST_REDIS_URL");
        if (given != null && !given.isBlank()) {
            return new TestRedis(given, given, () -> {});
        }
        if (Tool.REDIS_SERVER.find().isEmpty() && dockerRuns()) {
            return container();
        }
        if (!RedisServer.isAvailable()) {
            throw new IllegalStateException("the tests need a Redis: install redis-server, start Docker, or set"
                    + " PRESENCE_TEST_REDIS_URL=redis://host:port to one they may use");
        }
        RedisServer own = RedisServer.start();
        return new TestRedis(own.url(), own.operatorUrl(), own);
    }

    private static boolean dockerRuns() {
        // Checked without Testcontainers first: its search for an engine is slow and logs much if there is none.
        boolean socket = System.getenv("DOCKER_HOST") != null
                || java.nio.file.Files.exists(java.nio.file.Path.of("/var/run/docker.sock"));
        return socket && org.testcontainers.DockerClientFactory.instance().isDockerAvailable();
    }

    @SuppressWarnings("resource") // closed with this object
    private static TestRedis container() {
        GenericContainer<?> redis = new GenericContainer<>(DockerImageName.parse("redis:8.2-alpine"))
                .withExposedPorts(6379)
                .withCommand(Stream.concat(Stream.of("redis-server"), AclRule.serverOptions().stream())
                        .toArray(String[]::new))
                .withStartupTimeout(Duration.ofMinutes(2));
        redis.start();
        String url = "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379);
        return new TestRedis(AclRule.asNode(url), url, redis);
    }

    /** The URL for nodes, with the user of docs/deployment/redis.md; a configured URL is used unchanged. */
    public String url() {
        return url;
    }

    /** The URL for the tests themselves. */
    public String operatorUrl() {
        return operatorUrl;
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
