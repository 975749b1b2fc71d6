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
 * User and password of a Redis URL in a file. Lettuce asks for every connection anew, and so is the file read: a password
 * that was rotated is used by the next connection, without a restart. Hosts and options of the URL are not read again.
 * Thread-safe.
 */
final class CredentialsInFile implements RedisCredentialsProvider {
    private static final Logger log = LoggerFactory.getLogger(CredentialsInFile.class);

    private final ThrottledLog failures = new ThrottledLog(log);
    private final Path file;
    private volatile RedisCredentialsProvider last;

    /** @param before the URL as the file held it at the start */
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
                // Perhaps only half of it is written yet. What it holds is not repeated.
                failures.warn(
                        "REDIS_URL_FILE cannot be read, keeping user and password",
                        e.getClass().getSimpleName());
            }
            return last.resolveCredentials();
        });
    }
}
