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

    private Cluster(Supplier<RedisServer> redis, AutoCloseable backend, @Nullable Sentinels sentinels) {
        this.redis = redis;
        this.backend = backend;
        this.sentinels = sentinels;
    }

    /** One Redis, a proxy between it and each node. */
    static Cluster start(int nodes, Scale scale) {
        RedisServer redis = RedisServer.start();
        Cluster cluster = new Cluster(() -> redis, redis, null);
        for (int i = 1; i <= nodes; i++) {
            TcpProxy proxy = TcpProxy.to(redis.port());
            cluster.places.add(new Place("node-" + i, proxy, settings(scale, redis.url(proxy.port()), "node-" + i)));
        }
        return cluster.startAll();
    }

    /** A master and its replica, watched by three Sentinels that wait so long before they act. */
    static Cluster startWithSentinels(int nodes, Scale scale, Duration downAfter) {
        Sentinels sentinels = Sentinels.start(downAfter);
        Cluster cluster = new Cluster(sentinels::master, sentinels, sentinels);
        for (int i = 1; i <= nodes; i++) {
            cluster.places.add(new Place("node-" + i, null, settings(scale, sentinels.url(), "node-" + i)));
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

    /** The Redis that takes writes. */
    RedisServer redis() {
        return redis.get();
    }

    /** For a client of one's own, past the proxies. */
    String redisUrl() {
        return sentinels == null ? redis().operatorUrl() : sentinels.operatorUrl();
    }

    /** Runs a command as an operator would, past the proxies. */
    List<String> operator(String... command) {
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
