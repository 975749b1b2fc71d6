package presence.cluster.redis;

import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import presence.config.RedisConfig;

/**
 * Address of Redis: a server, a master found by Sentinel, or a Cluster.
 *
 * @param seeds one URI; for a Cluster one or more, from which the others are discovered
 */
public record RedisTarget(List<RedisURI> seeds, boolean isCluster) {
    private static final Pattern DATABASE = Pattern.compile("(^|&)(database|db)=0*[1-9]");

    /** Message about a URL that names one server of a Cluster as if it were standalone. */
    public static final String LONE = "REDIS_URL names one address, and that is a server of a Redis Cluster";

    /** @throws IllegalArgumentException if the URL cannot be read; the message does not repeat it */
    static RedisTarget of(RedisConfig config) {
        String url = config.url();
        boolean isCluster = config.isCluster();
        List<RedisURI> seeds = seeds(url, isCluster);
        if (isCluster && namesDatabase(url)) {
            throw new IllegalArgumentException(
                    "REDIS_URL names a database of a Redis Cluster, which has number 0 alone: leave the number away");
        }
        for (RedisURI uri : seeds) {
            uri.setTimeout(config.commandTimeout());
            // Not needed, and CLIENT SETINFO would be one more permission.
            uri.setLibraryName("");
            uri.setLibraryVersion("");
        }
        if (!config.urlFile().isEmpty()) {
            RedisCredentialsProvider credentials = new CredentialsInFile(config.urlFile(), seeds.get(0));
            seeds.forEach(uri -> uri.setCredentialsProvider(credentials));
        }
        return new RedisTarget(seeds, isCluster);
    }

    static List<RedisURI> seeds(String url, boolean isCluster) {
        try {
            return isCluster
                    ? List.copyOf(RedisClusterURIUtil.toRedisURIs(URI.create(url)))
                    : List.of(RedisURI.create(url));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("REDIS_URL is not a Redis URL", e);
        }
    }

    private static boolean namesDatabase(String url) {
        URI uri = URI.create(url);
        String path = String.valueOf(uri.getPath());
        return path.matches("/0*[1-9][0-9]*")
                || DATABASE.matcher(String.valueOf(uri.getQuery())).find();
    }

    /** The keys and channels under a prefix, in the database of the URL. */
    RedisKeys keys(String prefix) {
        return new RedisKeys(prefix, isCluster ? 0 : seeds.get(0).getDatabase());
    }

    /** Sets the client name shown in {@code CLIENT LIST}. */
    RedisTarget named(String name) {
        seeds.forEach(uri -> uri.setClientName(name));
        return this;
    }

    /** Whether the server belongs to a Redis Cluster though the URL names it as a standalone server. */
    boolean isLoneServerOf(ServerHello hello) {
        return !isCluster && hello.isOfCluster();
    }

    /** The URL of that Cluster, without credentials: the same address twice makes a list of seeds, and so a Cluster. */
    String clusterUrl() {
        RedisURI first = seeds.get(0);
        String address = first.getHost() + ":" + first.getPort();
        return (first.isSsl() ? "rediss://" : "redis://") + address + "," + address;
    }

    boolean isSsl() {
        return seeds.get(0).isSsl();
    }

    /** Hosts and ports, without credentials, for messages. */
    String address() {
        RedisURI first = seeds.get(0);
        if (!first.getSentinels().isEmpty()) {
            return "sentinel " + first.getSentinelMasterId();
        }
        return (isCluster ? "cluster " : "")
                + seeds.stream().map(uri -> uri.getHost() + ":" + uri.getPort()).collect(Collectors.joining(","));
    }
}
