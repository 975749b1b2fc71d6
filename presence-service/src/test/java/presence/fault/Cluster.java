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
import presence.testing.RedisCluster;
import presence.testing.RedisServer;
import presence.testing.Resp;
import presence.testing.Sentinels;
import presence.testing.TcpProxy;

/** Nodes in processes of their own around a Redis of their own. */
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

    /** One Redis, a proxy between it and each node. */
    static Cluster start(int nodes, Scale scale) {
        MovableRedis redis = new MovableRedis();
        Cluster cluster = new Cluster(redis::current, redis, null, null);
        cluster.movable = redis;
        for (int i = 1; i <= nodes; i++) {
            TcpProxy proxy = TcpProxy.to(redis.current().port());
            cluster.places.add(new Place(
                    "node-" + i, proxy, settings(scale, redis.current().url(proxy.port()), "node-" + i)));
        }
        return cluster.startAll();
    }

    /** A master and its replica, watched by three Sentinels that wait so long before they act. */
    static Cluster startWithSentinels(int nodes, Scale scale, Duration downAfter) {
        Sentinels sentinels = Sentinels.start(downAfter);
        Cluster cluster = new Cluster(sentinels::master, sentinels, sentinels, null);
        for (int i = 1; i <= nodes; i++) {
            cluster.places.add(new Place("node-" + i, null, settings(scale, sentinels.url(), "node-" + i)));
        }
        return cluster.startAll();
    }

    /** A Redis Cluster whose masters count as gone after such a silence. */
    static Cluster startWithShards(int nodes, Scale scale, Duration nodeTimeout, boolean shardedPubSub) {
        RedisCluster shards = RedisCluster.start(nodeTimeout);
        Cluster cluster = new Cluster(shards::replica, shards, null, shards);
        cluster.shardedPubSub = shardedPubSub;
        for (int i = 1; i <= nodes; i++) {
            Map<String, String> settings = settings(scale, shards.url(), "node-" + i);
            // Redirects, timeouts and retries do not shrink with the rest: nor does what waits for them.
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

    /** One of the places people go to. */
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
     * Another server becomes the master, the present one its replica. New connections lead there, the present ones stay
     * where they are.
     */
    void moveRedis() {
        if (movable == null) {
            throw new IllegalStateException("this Redis does not move");
        }
        movable.move();
        places.forEach(place -> place.redis().leadTo(movable.current().port()));
    }

    /** What an operator asks for the subscribers of channels. */
    String numSub() {
        return shardedPubSub ? "SHARDNUMSUB" : "NUMSUB";
    }

    /** The Redis Cluster, where there is one. */
    RedisCluster shards() {
        if (shards == null) {
            throw new IllegalStateException("one Redis only");
        }
        return shards;
    }

    /** The Redis that takes writes; one that lives on where there are several. */
    RedisServer redis() {
        return redis.get();
    }

    /** For a client of one's own, past the proxies. */
    String redisUrl() {
        return sentinels == null ? redis().operatorUrl() : sentinels.operatorUrl();
    }

    /** Runs a command as an operator would, past the proxies. */
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

    /** Copies what the nodes have logged, for whoever looks into a failure. */
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
