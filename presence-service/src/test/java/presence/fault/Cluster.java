package presence.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.testing.client.Resp;
import presence.testing.process.RedisCluster;
import presence.testing.process.RedisServer;
import presence.testing.process.Sentinels;
import presence.testing.process.TcpProxy;

/** Runs nodes in processes of their own with a Redis of their own. */
final class Cluster implements AutoCloseable {
    private final List<Place> places = new ArrayList<>();
    private final Supplier<RedisServer> redis;
    private final AutoCloseable backend;
    private final @Nullable Sentinels sentinels;
    private final @Nullable RedisCluster shards;
    private boolean shardedPubSub;
    private @Nullable MovableRedis movable;

    private Cluster(
            Supplier<RedisServer> redis,
            AutoCloseable backend,
            @Nullable Sentinels sentinels,
            @Nullable RedisCluster shards) {
        this.redis = redis;
        this.backend = backend;
        this.sentinels = sentinels;
        this.shards = shards;
    }

    /** Starts one Redis with a proxy between it and each node. */
    static Cluster start(int nodes, Scale scale) {
        return start(nodes, scale, Map.of());
    }

    /** The same with further settings of all nodes. */
    static Cluster start(int nodes, Scale scale, Map<String, String> more) {
        MovableRedis redis = new MovableRedis();
        Cluster cluster = new Cluster(redis::current, redis, null, null);
        cluster.movable = redis;
        for (int i = 1; i <= nodes; i++) {
            TcpProxy proxy = TcpProxy.to(redis.current().port());
            Map<String, String> settings = settings(scale, redis.current().url(proxy.port()), "node-" + i);
            settings.putAll(more);
            cluster.places.add(new Place("node-" + i, proxy, settings));
        }
        return cluster.startAll();
    }

    /** Starts a master and its replica, watched by three Sentinels with the given down-after. */
    static Cluster startWithSentinels(int nodes, Scale scale, Duration downAfter) {
        Sentinels sentinels = Sentinels.start(downAfter);
        Cluster cluster = new Cluster(sentinels::master, sentinels, sentinels, null);
        for (int i = 1; i <= nodes; i++) {
            cluster.places.add(new Place("node-" + i, null, settings(scale, sentinels.url(), "node-" + i)));
        }
        return cluster.startAll();
    }

    /** Starts a Redis Cluster with the given node timeout. */
    static Cluster startWithShards(int nodes, Scale scale, Duration nodeTimeout, boolean shardedPubSub) {
        RedisCluster shards = RedisCluster.start(nodeTimeout);
        Cluster cluster = new Cluster(shards::replica, shards, null, shards);
        cluster.shardedPubSub = shardedPubSub;
        for (int i = 1; i <= nodes; i++) {
            Map<String, String> settings = settings(scale, shards.url(), "node-" + i);
            // Redirects, timeouts and retries do not scale, so neither does the grace period that waits for them.
            settings.put("PRESENCE_GRACE_MS", Long.toString(Scale.GRACE.toMillis()));
            settings.put("PRESENCE_REDIS_PUBSUB", shardedPubSub ? "sharded" : "classic");
            cluster.places.add(new Place("node-" + i, null, settings));
        }
        return cluster.startAll();
    }

    private static Map<String, String> settings(Scale scale, String redisUrl, String label) {
        Map<String, String> settings = new HashMap<>(scale.settings());
        settings.put("REDIS_URL", redisUrl);
        settings.put("SERVER_ID", label);
        return settings;
    }

    private Cluster startAll() {
        try {
            places.forEach(Place::start);
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    List<Place> places() {
        return places;
    }

    /** A random place that users may connect to. */
    Place anyOpen(Random random) {
        List<Place> open = places.stream().filter(Place::isOpen).toList();
        if (open.isEmpty()) {
            throw new IllegalStateException("no node is left");
        }
        return open.get(random.nextInt(open.size()));
    }

    long open() {
        return places.stream().filter(Place::isOpen).count();
    }

    /**
     * Makes another server the master and the present one its replica. New connections lead to the new master, present
     * ones stay.
     */
    void moveRedis() {
        if (movable == null) {
            throw new IllegalStateException("this Redis does not move");
        }
        movable.move();
        places.forEach(place -> place.redis().leadTo(movable.current().port()));
    }

    /** The command that counts the subscribers of channels. */
    String numSub() {
        return shardedPubSub ? "SHARDNUMSUB" : "NUMSUB";
    }

    /** The Redis Cluster, if the nodes use one. */
    RedisCluster shards() {
        if (shards == null) {
            throw new IllegalStateException("one Redis only");
        }
        return shards;
    }

    /** The Redis that accepts writes; with several, one that keeps running. */
    RedisServer redis() {
        return redis.get();
    }

    /** A URL for further clients, not through the proxies. */
    String redisUrl() {
        return sentinels == null ? redis().operatorUrl() : sentinels.operatorUrl();
    }

    /** Runs a command as operator, not through the proxies. */
    List<String> operator(String... command) {
        if (shards != null) {
            return shards.operator(command);
        }
        try {
            return Resp.require(redis().port(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    /** Copies the logs of the nodes, to diagnose failures. */
    void keepLogs(Path directory) {
        try {
            Files.createDirectories(directory);
            for (Place place : places) {
                if (place.hasNode()) {
                    Files.writeString(
                            directory.resolve(place + ".log"), place.node().log());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        places.forEach(Place::close);
        try {
            backend.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
