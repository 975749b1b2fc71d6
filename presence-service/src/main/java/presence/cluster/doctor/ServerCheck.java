package presence.cluster.doctor;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import presence.cluster.redis.EvictionPolicy;
import presence.cluster.redis.ServerHello;

/** Checks the server: version, latency, clock, and settings that can harm the service. Blocks. */
final class ServerCheck {
    private static final int ROUND_TRIPS = 20;
    private static final double SLOW_MS = 10;
    private static final long CLOCK_MS = 1_000;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    /** {@code pubsub <hard> <soft> <seconds>} among the classes of clients. */
    private static final Pattern BUFFER = Pattern.compile("pubsub (\\d+) (\\d+) (\\d+)");

    private static final long HARD_BYTES = 32L << 20;
    private static final long SOFT_BYTES = 8L << 20;

    private final RedisClusterCommands<String, byte[]> redis;

    private final ServerHello hello;

    /** @param hello the server's reply to HELLO */
    ServerCheck(RedisClusterCommands<String, byte[]> redis, ServerHello hello) {
        this.redis = redis;
        this.hello = hello;
    }

    Finding version() {
        Map<String, String> fields = new HashMap<>();
        try {
            fields.putAll(EvictionPolicy.fields(redis.info("server")));
        } catch (RedisCommandExecutionException e) {
            // HELLO needs no permission, but returns fewer fields.
            fields.putAll(shown(hello));
        }
        return version(fields);
    }

    /** @param fields fields of {@code INFO server} */
    static Finding version(Map<String, String> fields) {
        String redis = fields.getOrDefault("redis_version", "");
        String valkey = fields.getOrDefault("valkey_version", "");
        String shown = valkey.isEmpty() ? "Redis " + redis : "Valkey " + valkey + " (as Redis " + redis + ")";
        Matcher matcher = VERSION.matcher(redis);
        if (!matcher.matches()) {
            return Finding.warn(
                    "version", "the server does not report its version", "make sure that it is 6.2 or later");
        }
        int version = Integer.parseInt(matcher.group(1)) * 1_000 + Integer.parseInt(matcher.group(2));
        return version >= 6_002
                ? Finding.ok("version", shown)
                : Finding.fail("version", shown + " is too old", "use Redis 6.2 or later, or Valkey");
    }

    private static Map<String, String> shown(ServerHello hello) {
        return hello.isValkey()
                ? Map.of("redis_version", hello.version(), "valkey_version", hello.version())
                : Map.of("redis_version", hello.version());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Finding latency() {
        // Measured by TIME, which nodes need anyway: PING would be one more permission.
        long[] nanos = new long[ROUND_TRIPS];
        try {
            redis.time();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long start = System.nanoTime();
                redis.time();
                nanos[i] = System.nanoTime() - start;
            }
        } catch (RedisCommandExecutionException e) {
            return Finding.warn("latency", "not measured: " + e.getMessage(), "see the permissions below");
        }
        return latency(nanos);
    }

    static Finding latency(long[] nanos) {
        Arrays.sort(nanos);
        double median = nanos[nanos.length / 2] / 1e6;
        String found = String.format(
                Locale.ROOT,
                "median %.2f ms, at most %.2f ms of %d round trips",
                median,
                nanos[nanos.length - 1] / 1e6,
                nanos.length);
        return median <= SLOW_MS
                ? Finding.ok("latency", found)
                : Finding.warn("latency", found, "run Redis closer to the nodes: every cursor passes through it");
    }

    Finding clock() {
        try {
            long before = System.currentTimeMillis();
            List<byte[]> time = redis.time();
            long middle = (before + System.currentTimeMillis()) / 2;
            long theirs = Long.parseLong(text(time.get(0))) * 1_000 + Long.parseLong(text(time.get(1))) / 1_000;
            return clock(theirs - middle);
        } catch (RedisCommandExecutionException e) {
            return Finding.warn("clock", "not compared: " + e.getMessage(), "see the permissions below");
        }
    }

    /** @param ahead milliseconds by which the server's clock is ahead of ours */
    static Finding clock(long ahead) {
        String found = "Redis is " + Math.abs(ahead) + " ms " + (ahead < 0 ? "behind" : "ahead of") + " this machine";
        return Math.abs(ahead) <= CLOCK_MS
                ? Finding.ok("clock", found)
                : Finding.warn(
                        "clock", found, "synchronize both clocks by NTP: times sent to clients differ between nodes");
    }

    List<Finding> settings() {
        try {
            Map<String, String> values = new HashMap<>(redis.configGet("maxmemory*"));
            values.putAll(redis.configGet("client-output-buffer-limit"));
            List<Finding> found = new ArrayList<>();
            found.add(eviction(values));
            found.add(buffer(values.getOrDefault("client-output-buffer-limit", "")));
            return found;
        } catch (RedisCommandExecutionException e) {
            return List.of(evictionByInfo());
        }
    }

    /** Managed servers disable CONFIG; INFO also contains the policy. */
    private Finding evictionByInfo() {
        try {
            Map<String, String> fields = EvictionPolicy.fields(redis.info("memory"));
            return eviction(Map.of(
                    "maxmemory-policy", fields.getOrDefault("maxmemory_policy", ""),
                    "maxmemory", fields.getOrDefault("maxmemory", "0")));
        } catch (RedisCommandExecutionException e) {
            return Finding.ok("settings", "not checked: this user may read neither CONFIG nor INFO");
        }
    }

    static Finding eviction(Map<String, String> values) {
        String policy = values.getOrDefault("maxmemory-policy", "");
        String found = "maxmemory-policy " + policy + ", maxmemory " + values.getOrDefault("maxmemory", "0");
        // Every key has a TTL, so the volatile policies evict them, too.
        return !EvictionPolicy.evicts(policy)
                ? Finding.ok("eviction", found)
                : Finding.warn(
                        "eviction",
                        found + ": Redis would evict rosters and leases when short of memory",
                        "set maxmemory-policy noeviction");
    }

    static Finding buffer(String limits) {
        Matcher pubsub = BUFFER.matcher(limits);
        if (!pubsub.find()) {
            return Finding.ok("output buffer", "the limit for pubsub is unknown");
        }
        boolean small = isBelow(pubsub.group(1), HARD_BYTES) || isBelow(pubsub.group(2), SOFT_BYTES);
        String found = "client-output-buffer-limit " + pubsub.group();
        return small
                ? Finding.warn(
                        "output buffer",
                        found + ": Redis would disconnect busy nodes",
                        "set client-output-buffer-limit \"pubsub 32mb 8mb 60\", or more")
                : Finding.ok("output buffer", found);
    }

    /** 0 = no limit. */
    private static boolean isBelow(String bytes, long least) {
        long limit = Long.parseLong(bytes);
        return limit != 0 && limit < least;
    }
}
