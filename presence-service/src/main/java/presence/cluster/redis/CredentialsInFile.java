package presence.cluster.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Reads user and password from the Redis URL in a file, anew for each connection: the next connection uses a rotated
 * password without a restart. Hosts and options of the URL are not read again. Thread-safe.
 */
final class CredentialsInFile implements RedisCredentialsProvider {
    private static final Logger log = LoggerFactory.getLogger(CredentialsInFile.class);

    private final ThrottledLog failures = new ThrottledLog(log);
    private final Path file;
    private volatile RedisCredentialsProvider last;

    /** @param before the URL read from the file at the start */
    CredentialsInFile(String file, RedisURI before) {
        this.file = Path.of(file);
        this.last = before.getCredentialsProvider();
    }

    @Override
    public Mono<RedisCredentials> resolveCredentials() {
        return Mono.defer(() -> {
            try {
                String url = Files.readString(file).strip();
                last = RedisTarget.seeds(url, url.indexOf(',') >= 0 && !url.startsWith("redis-sentinel:"))
                        .get(0)
                        .getCredentialsProvider();
            } catch (IOException | IllegalArgumentException e) {
                // The file may be half written. Its content is not logged.
                failures.warn(
                        "cannot read REDIS_URL_FILE; keeping the previous user and password",
                        e.getClass().getSimpleName());
            }
            return last.resolveCredentials();
        });
    }
}
