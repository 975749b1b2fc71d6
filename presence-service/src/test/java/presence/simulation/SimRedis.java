package presence.simulation;

import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;

/**
 * A Redis server: keys with their expiry, and channels. Knows the commands and scripts that nodes use; what they mean is
 * compared with a real server by {@code SimRedisIT}. A key whose time is over is gone at once.
 */
final class SimRedis {
    /** Receives messages. */
    interface Subscriber {
        void onMessage(String channel, byte[] message);
    }

    private static final class Entry {
        final Object value;
        /** {@link Long#MAX_VALUE} = never. */
        long expiresMs = Long.MAX_VALUE;

        Entry(Object value) {
            this.value = value;
        }
    }

    private final LongSupplier clock;
    private Map<String, Entry> keys = new LinkedHashMap<>();
    private final Map<String, Set<Subscriber>> channels = new HashMap<>();
    private final SimScripts scripts = new SimScripts(this);
    private final Map<String, Subscriber> watched = new HashMap<>();
    private @Nullable String refusal;
    private @Nullable Consumer<String> listener;

    /** @param clock wall clock of the server, in milliseconds */
    SimRedis(LongSupplier clock) {
        this.clock = clock;
    }

    long nowMs() {
        return clock.getAsLong();
    }

    /** Has every script told. */
    void tell(Consumer<String> to) {
        listener = to;
    }

    private static String shortened(String text) {
        return text.length() > 50 ? text.substring(0, 50) + "..." : text;
    }

    /** @param error with which writes are refused; null = none */
    void refuseWrites(@Nullable String error) {
        refusal = error;
    }

    void requireWritable() {
        if (refusal != null) {
            throw new RedisCommandExecutionException(refusal);
        }
    }

    void flushAll() {
        keys.clear();
    }

    void evict(String key) {
        keys.remove(key);
    }

    /** Removes one of the segments, as a server does that is short of memory. */
    void evictSegment(int which) {
        List<String> segments =
                keys.keySet().stream().filter(key -> key.contains(":seg:")).toList();
        if (!segments.isEmpty()) {
            keys.remove(segments.get(which % segments.size()));
        }
    }

    /** A copy of all keys, to which {@link #restore} returns: the state of a replica. */
    Map<String, Object> snapshot() {
        Map<String, Object> copy = new LinkedHashMap<>();
        keys.forEach((key, entry) -> {
            Entry copied = new Entry(copyOf(entry.value));
            copied.expiresMs = entry.expiresMs;
            copy.put(key, copied);
        });
        return copy;
    }

    private static Object copyOf(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new LinkedHashMap<>(map);
        }
        return value instanceof Set<?> set ? new LinkedHashSet<>(set) : value;
    }

    void restore(Map<String, Object> snapshot) {
        keys = new LinkedHashMap<>();
        snapshot.forEach((key, entry) -> keys.put(key, (Entry) entry));
    }

    /** All keys, with the milliseconds they live; -1 = for ever. */
    Map<String, Long> lifetimes() {
        Map<String, Long> all = new LinkedHashMap<>();
        List.copyOf(keys.keySet()).forEach(key -> {
            long left = pttl(key);
            if (left != -2) {
                all.put(key, left);
            }
        });
        return all;
    }

    private @Nullable Entry entry(String key) {
        Entry entry = keys.get(key);
        if (entry != null && entry.expiresMs <= nowMs()) {
            keys.remove(key);
            return null;
        }
        return entry;
    }

    long run(LuaScript script, String[] on, List<byte[]> args) {
        Consumer<String> told = listener;
        if (told == null) {
            return scripts.run(script, on, args);
        }
        String call = script.source().lines().findFirst().orElse("") + " " + on[0] + " "
                + args.stream().map(SimRedis::text).map(SimRedis::shortened).toList();
        try {
            long answer = scripts.run(script, on, args);
            told.accept(call + " = " + answer);
            return answer;
        } catch (RedisCommandExecutionException e) {
            told.accept(call + " is refused");
            throw e;
        }
    }

    /** Runs a script that returns a list: that of locks, or those of bans, of which there are none. */
    List<Object> list(LuaScript script, String[] on, List<byte[]> args) {
        if (!SimLocks.isKnown(script)) {
            return List.of();
        }
        List<Object> answer = new SimLocks(this).run(on[0], args);
        Consumer<String> told = listener;
        if (told != null) {
            told.accept("locks " + on[0] + " "
                    + args.stream().map(SimRedis::text).map(SimRedis::shortened).toList()
                    + " = "
                    + answer.stream()
                            .map(each -> each instanceof byte[] bytes ? text(bytes) : each)
                            .toList());
        }
        return answer;
    }

    byte @Nullable [] get(String key) {
        Entry entry = entry(key);
        return entry == null ? null : (byte[]) entry.value;
    }

    byte @Nullable [] setGet(String key, byte[] value, long ttlMs) {
        requireWritable();
        byte[] before = get(key);
        Entry entry = new Entry(value);
        entry.expiresMs = nowMs() + ttlMs;
        keys.put(key, entry);
        return before;
    }

    long pttl(String key) {
        Entry entry = entry(key);
        if (entry == null) {
            return -2;
        }
        return entry.expiresMs == Long.MAX_VALUE ? -1 : entry.expiresMs - nowMs();
    }

    boolean pexpire(String key, long ttlMs) {
        requireWritable();
        Entry entry = entry(key);
        if (entry == null) {
            return false;
        }
        entry.expiresMs = nowMs() + ttlMs;
        return true;
    }

    long del(String key) {
        requireWritable();
        boolean existed = entry(key) != null;
        keys.remove(key);
        return existed ? 1 : 0;
    }

    @SuppressWarnings("unchecked")
    Map<String, byte[]> hgetall(String key) {
        Entry entry = entry(key);
        return entry == null ? Map.of() : (Map<String, byte[]>) entry.value;
    }

    byte @Nullable [] hget(String key, String field) {
        return hgetall(key).get(field);
    }

    @SuppressWarnings("unchecked")
    void hset(String key, String field, byte[] value) {
        requireWritable();
        Entry entry = entry(key);
        if (entry == null) {
            entry = new Entry(new LinkedHashMap<String, byte[]>());
            keys.put(key, entry);
        }
        ((Map<String, byte[]>) entry.value).put(field, value);
    }

    @SuppressWarnings("unchecked")
    boolean hdel(String key, String field) {
        requireWritable();
        Entry entry = entry(key);
        if (entry == null) {
            return false;
        }
        Map<String, byte[]> hash = (Map<String, byte[]>) entry.value;
        boolean existed = hash.remove(field) != null;
        if (hash.isEmpty()) {
            keys.remove(key);
        }
        return existed;
    }

    @SuppressWarnings("unchecked")
    Set<String> smembers(String key) {
        Entry entry = entry(key);
        return entry == null ? Set.of() : (Set<String>) entry.value;
    }

    @SuppressWarnings("unchecked")
    boolean sadd(String key, String member) {
        requireWritable();
        Entry entry = entry(key);
        if (entry == null) {
            entry = new Entry(new LinkedHashSet<String>());
            keys.put(key, entry);
        }
        return ((Set<String>) entry.value).add(member);
    }

    @SuppressWarnings("unchecked")
    boolean srem(String key, String member) {
        requireWritable();
        Entry entry = entry(key);
        if (entry == null) {
            return false;
        }
        Set<String> set = (Set<String>) entry.value;
        boolean removed = set.remove(member);
        if (set.isEmpty()) {
            keys.remove(key);
        }
        return removed;
    }

    /** Sorted sets by score, as the scripts use them. */
    @SuppressWarnings("unchecked")
    Map<String, Long> sorted(String key) {
        Entry entry = entry(key);
        if (entry == null) {
            entry = new Entry(new LinkedHashMap<String, Long>());
            keys.put(key, entry);
        }
        return (Map<String, Long>) entry.value;
    }

    void subscribe(String channel, Subscriber subscriber) {
        channels.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(subscriber);
    }

    void unsubscribe(String channel, Subscriber subscriber) {
        Set<Subscriber> all = channels.get(channel);
        if (all != null) {
            all.remove(subscriber);
        }
    }

    /** Has all messages of a channel read, by one that does not count as a receiver. */
    void watch(String channel, Subscriber by) {
        watched.put(channel, by);
    }

    /** The number of receivers of a channel. */
    long numsub(String channel) {
        return channels.getOrDefault(channel, Set.of()).size();
    }

    long publish(String channel, byte[] message) {
        Subscriber watch = watched.get(channel);
        if (watch != null) {
            watch.onMessage(channel, message);
        }
        Set<Subscriber> all = channels.get(channel);
        if (all == null) {
            return 0;
        }
        all.forEach(subscriber -> subscriber.onMessage(channel, message));
        return all.size();
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
