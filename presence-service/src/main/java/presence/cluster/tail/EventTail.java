package presence.cluster.tail;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import presence.cluster.events.EventReader;
import presence.cluster.redis.RedisConnector;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ToolConnections;
import presence.config.ConfigException;
import presence.config.RedisConfig;
import presence.events.EventStore;
import presence.events.PresenceEvent;
import presence.model.Printable;

/** Reads the event log from Redis and writes nothing. Blocks; used by one thread. */
public final class EventTail implements AutoCloseable {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final ToolConnections redis;
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private final RedisKeys keys;
    private String after;

    private EventTail(ToolConnections redis, RedisKeys keys, String after) throws RedisUnavailableException {
        this.redis = redis;
        this.keys = keys;
        this.commands = RedisConnector.commands(redis.connect());
        this.after = after;
    }

    /**
     * Connects, and finds where to begin.
     *
     * @param after an id; empty = after the latest event
     * @throws ConfigException if no Redis is configured, or its URL cannot be read
     * @throws RedisUnavailableException if Redis cannot be reached, or refuses to read the log
     */
    public static EventTail follow(RedisConfig config, String after) throws ConfigException, RedisUnavailableException {
        if (!config.enabled()) {
            throw new ConfigException("REDIS_URL is not set: a node without Redis keeps its events in memory");
        }
        ToolConnections redis;
        try {
            redis = new ToolConnections(config);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        try {
            EventTail tail = new EventTail(redis, redis.keys(config.prefix()), after);
            if (after.isEmpty()) {
                String latest = tail.read(0).latest();
                tail.after = latest.isEmpty() ? "0-0" : latest;
            }
            return tail;
        } catch (RedisUnavailableException e) {
            redis.close();
            throw e;
        }
    }

    /** Host and port of Redis, without credentials. */
    public String address() {
        return redis.address();
    }

    /**
     * Returns the next events, a line each; empty if there are none yet.
     *
     * @throws RedisUnavailableException if the log cannot be read
     */
    public List<String> next(int most, boolean json) throws RedisUnavailableException {
        List<String> lines = new ArrayList<>();
        for (PresenceEvent event : read(most).events()) {
            after = event.id();
            // Unprintable characters occur only in strings, where JSON reads their escapes as the same.
            lines.add(Printable.of(json ? GSON.toJson(event.shown()) : text(event)));
        }
        return lines;
    }

    private static String text(PresenceEvent event) {
        String time = LOCAL.format(Instant.ofEpochMilli(event.timeMs()).atZone(ZoneId.systemDefault()));
        return String.format(
                        "%s %-15s %s %s %s %s",
                        time, event.kind(), event.board(), event.member(), event.user(), event.data())
                .stripTrailing();
    }

    private EventStore.Page read(int most) throws RedisUnavailableException {
        try {
            return EventReader.page(EventReader.SCRIPT
                    .list(commands, EventReader.keys(keys), EventReader.args(after, most))
                    .toCompletableFuture()
                    .join());
        } catch (CompletionException e) {
            throw new RedisUnavailableException(
                    "cannot read the event log on Redis at " + address() + ": " + RedisUnavailableException.reason(e));
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
