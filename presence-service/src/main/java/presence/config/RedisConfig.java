package presence.config;

import java.time.Duration;
import java.util.List;

/**
 * The connection to Redis, and how the node uses it.
 *
 * @param url empty = no Redis
 * @param urlFile the file with the URL; empty if a variable holds it
 * @param start how long a starting node repeats attempts that are not answered in time
 */
public record RedisConfig(
        String url,
        String urlFile,
        ClientTlsConfig tls,
        boolean required,
        Duration commandTimeout,
        Duration start,
        String prefix,
        boolean jsonEnvelopes,
        Duration segmentTtl,
        Duration nodeHeartbeat,
        Duration nodeLease,
        boolean sharded,
        List<String> tapped,
        int boardWriteBytesPerSecond,
        boolean skipsUnheardCursors) {
    public boolean enabled() {
        return !url.isEmpty();
    }

    /** Whether the URL names several servers, not Sentinels. */
    public boolean isCluster() {
        return !url.startsWith("redis-sentinel:") && url.indexOf(',') >= 0;
    }

    public boolean isTls() {
        return url.startsWith("rediss");
    }

    /** Omits the URL, which may hold a password. */
    @Override
    public String toString() {
        return "Redis[enabled=" + enabled() + ", required=" + required + ", prefix=" + prefix + "]";
    }

    static RedisConfig from(SettingReader read) throws ConfigException {
        RedisConfig redis = new RedisConfig(
                url(read),
                read.secretFile(Setting.REDIS_URL),
                ClientTlsConfig.from(read),
                read.is(Setting.PRESENCE_REDIS_REQUIRED, "true"),
                read.millis(Setting.PRESENCE_REDIS_TIMEOUT_MS),
                read.millis(Setting.PRESENCE_REDIS_START_MS),
                prefix(read),
                read.is(Setting.PRESENCE_ENVELOPE_FORMAT, "json"),
                read.seconds(Setting.PRESENCE_TTL_SECONDS),
                read.millis(Setting.PRESENCE_NODE_HEARTBEAT_MS),
                read.millis(Setting.PRESENCE_NODE_LEASE_MS),
                read.is(Setting.PRESENCE_REDIS_PUBSUB, "sharded"),
                read.list(Setting.PRESENCE_TAP),
                read.number(Setting.PRESENCE_BOARD_WRITE_BYTES_PER_SECOND),
                read.is(Setting.PRESENCE_SKIP_UNHEARD_CURSORS, "on"));
        if (redis.sharded() && !redis.isCluster()) {
            throw new ConfigException(
                    "PRESENCE_REDIS_PUBSUB=sharded needs a Redis Cluster: name several of its servers in"
                            + " REDIS_URL, as redis://one:6379,two:6379");
        }
        if (redis.tls().isAny() && !redis.isTls()) {
            throw new ConfigException("PRESENCE_REDIS_CA, PRESENCE_REDIS_CERT and PRESENCE_REDIS_KEY need"
                    + " a REDIS_URL that begins with rediss://: unset them, or use rediss://");
        }
        if (redis.nodeLease().compareTo(redis.nodeHeartbeat().multipliedBy(3)) < 0) {
            throw new ConfigException("PRESENCE_NODE_LEASE_MS="
                    + redis.nodeLease().toMillis()
                    + " must be at least 3 times PRESENCE_NODE_HEARTBEAT_MS="
                    + redis.nodeHeartbeat().toMillis() + ": one lost heartbeat must not make a node count as dead");
        }
        return redis;
    }

    /**
     * How long a lock stays after its last renewal when its member or its node is gone without a leave. A node that can
     * renew locks has renewed its lease at most a heartbeat before, and is not declared dead sooner.
     */
    public Duration lockStays() {
        return nodeLease.minus(nodeHeartbeat);
    }

    private static String url(SettingReader read) throws ConfigException {
        String url = read.secret(Setting.REDIS_URL);
        if (url.isEmpty() || url.matches("(redis|rediss|redis-sentinel)://.+")) {
            return url;
        }
        // The message omits the value, which may hold a password.
        throw new ConfigException("REDIS_URL must begin with redis://, rediss:// or redis-sentinel://");
    }

    private static String prefix(SettingReader read) throws ConfigException {
        String prefix = read.text(Setting.PRESENCE_PREFIX);
        if (!prefix.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new ConfigException("PRESENCE_PREFIX=" + SettingReader.shown(prefix)
                    + " must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
        return prefix;
    }
}
