package presence.testing;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The Redis of tests that only use it and break nothing: {@code PRESENCE_TEST_REDIS_URL} if set, else a
 * {@code redis-server} from the PATH, else a container, else the embedded binary. One for the whole run;
 * tests keep apart by board ids and prefixes of their own.
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

    /** The run's Redis, started by whoever asks first and stopped at the end of the run. */
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
        // Asked without Testcontainers first: its search for an engine is slow and loud where there is none.
        boolean socket = System.getenv("DOCKER_HOST") != null
                || java.nio.file.Files.exists(java.nio.file.Path.of("/var/run/docker.sock"));
        return socket && org.testcontainers.DockerClientFactory.instance().isDockerAvailable();
    }

    @SuppressWarnings("resource") // closed with this object
    private static TestRedis container() {
        GenericContainer<?> redis = new GenericContainer<>(DockerImageName.parse("redis:7.2-alpine"))
                .withExposedPorts(6379)
                .withCommand(Stream.concat(Stream.of("redis-server"), AclRule.serverOptions().stream())
                        .toArray(String[]::new))
                .withStartupTimeout(Duration.ofMinutes(2));
        redis.start();
        String url = "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379);
        return new TestRedis(AclRule.asNode(url), url, redis);
    }

    /** For nodes: the user of docs/deployment/redis.md; a URL that was given is used unchanged. */
    public String url() {
        return url;
    }

    /** For what the tests do themselves. */
    public String operatorUrl() {
        return operatorUrl;
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
