package presence.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.NodeConnection;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.RedisConfig;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.testing.process.RedisServer;
import presence.testing.process.RefusedWrites;
import presence.testing.random.Seeded;

/** Random histories mean the same to {@link SimRedis} and to a real server with the real scripts. */
@Tag("redis")
class SimRedisIT {
    private static final int HISTORIES = 30;
    private static final int LENGTH = 60;
    private static final String CHANNEL = "presence:board:contract";
    private static final String END = "presence:end";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static RedisServer server;
    private static RedisConnections connections;
    private static NodeCommands real;
    private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void connect() throws ConfigException, RedisUnavailableException {
        server = RedisServer.start();
        RedisConfig config =
                ServiceConfig.from(Map.of("REDIS_URL", server.operatorUrl())).redis();
        connections = new RedisConnections(config, new ServiceMetrics(new SimpleMeterRegistry()), null);
        connections.connect(Duration.ofSeconds(10), () -> new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] message) {
                RECEIVED.add(channel + " " + readable(message));
            }
        });
        real = connections.commands().toCompletableFuture().join();
        NodeConnection.Subscriber subscriber = connections.subscriberOrNull();
        assertThat(subscriber).isNotNull();
        subscriber.subscribe(CHANNEL, END);
        await().until(() -> real.publish(END, new byte[0]).toCompletableFuture().join() == 1);
    }

    @AfterAll
    static void close() {
        connections.close();
        server.close();
    }

    private static String readable(byte[] message) {
        String text = SimRedis.text(message);
        return text.startsWith("{") ? sorted(JsonParser.parseString(text)) : text;
    }

    /** JSON with sorted names: scripts write them in any order. */
    private static String sorted(JsonElement json) {
        if (!json.isJsonObject()) {
            return json.isJsonArray()
                    ? json.getAsJsonArray().asList().stream()
                            .map(SimRedisIT::sorted)
                            .toList()
                            .toString()
                    : json.toString();
        }
        Map<String, String> fields = new TreeMap<>();
        json.getAsJsonObject().asMap().forEach((name, value) -> fields.put(name, sorted(value)));
        return fields.toString();
    }

    @Test
    void randomHistoriesMeanTheSame() {
        Seeded.check(HISTORIES, random -> new History(random).run(false));
    }

    @Test
    void soDoRefusedWrites() {
        RefusedWrites.READONLY.begin(server);
        try {
            Seeded.check(HISTORIES, random -> new History(random).run(true));
        } finally {
            RefusedWrites.READONLY.end(server);
        }
    }

    /** One history, on keys of its own. */
    private static final class History implements SimRedis.Subscriber {
        private final Random random;
        private final String own = "presence:contract" + NUMBER.incrementAndGet() + ":";
        private final SimRedis simulated = new SimRedis(System::currentTimeMillis);
        private final List<String> published = new ArrayList<>();
        private final List<String> told = new ArrayList<>();

        History(Random random) {
            this.random = random;
        }

        @Override
        public void onMessage(String channel, byte[] message) {
            published.add(channel + " " + readable(message));
        }

        void run(boolean refused) {
            RECEIVED.clear();
            simulated.subscribe(CHANNEL, this);
            if (refused) {
                simulated.refuseWrites("READONLY");
            }
            for (int i = 0; i < LENGTH; i++) {
                step();
            }
            real.publish(END, SimRedis.bytes(own)).toCompletableFuture().join();
            await().until(() -> RECEIVED.contains(END + " " + own));
            RECEIVED.removeIf(message -> message.startsWith(END));
            assertThat(published).as(() -> String.join("\n", told)).isEqualTo(RECEIVED);
            compareKeys();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1 -> apply();
                case 2 ->
                    script(
                            "put.lua",
                            segment(),
                            record(new ArrayList<>(List.of(seq(), "90", "180", origin(), CHANNEL, message()))));
                case 3 -> script("touch.lua", segment(), List.of(seq(), "90", "180", origin(), CHANNEL, message()));
                case 4 ->
                    script(
                            "reap.lua",
                            segment(),
                            List.of(
                                    random.nextBoolean() ? "*" : seq(),
                                    origin(),
                                    CHANNEL,
                                    message(),
                                    random.nextBoolean() ? "1" : "0"));
                case 5, 6 -> users();
                case 7 -> sessions();
                case 8 ->
                    script(
                            "observers.lua",
                            new String[] {own + "observers"},
                            List.of(origin(), seq(), "90", CHANNEL, random.nextBoolean() ? "" : message()));
                default -> lease();
            }
        }

        private void apply() {
            List<String> args = new ArrayList<>(List.of(seq(), seq(), "90", "180", origin(), CHANNEL, message()));
            int left = random.nextInt(2);
            args.add(Integer.toString(left));
            for (int i = 0; i < left; i++) {
                args.add("m" + random.nextInt(3));
            }
            script("apply.lua", segment(), record(args));
        }

        private List<String> record(List<String> args) {
            for (int i = random.nextInt(3); i > 0; i--) {
                args.add("m" + random.nextInt(3));
                args.add("record" + random.nextInt(9));
            }
            return args;
        }

        private void users() {
            List<String> args = new ArrayList<>(
                    List.of("90000", origin(), CHANNEL, own + "users:", random.nextBoolean() ? "" : "1"));
            String owner = args.get(1);
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                args.add("user" + random.nextInt(3));
                args.add(random.nextBoolean() ? "" : "{\"sessions\":[{\"memberId\":\"s0\"}]}");
            }
            script("users.lua", new String[] {own + "users:" + owner, own + "orgs", own + "online"}, args);
        }

        private void sessions() {
            String member = "s" + random.nextInt(3);
            String value = random.nextBoolean()
                    ? ""
                    : "{\"memberId\":\"" + member + "\",\"status\":\"" + random.nextInt(9) + "\"}";
            script(
                    "sessions.lua",
                    new String[] {own + "users:" + origin()},
                    List.of("user" + random.nextInt(3), Integer.toString(1 + random.nextInt(3)), member, value));
        }

        private void lease() {
            String key = own + "lease" + random.nextInt(2);
            switch (random.nextInt(3)) {
                case 0 ->
                    same(
                            "SET",
                            () -> real.setGet(key, SimRedis.bytes("1"), 60_000),
                            () -> simulated.setGet(key, SimRedis.bytes("1"), 60_000));
                case 1 -> same("DEL", () -> real.del(key), () -> simulated.del(key));
                default -> same("PEXPIRE", () -> real.pexpire(key, 70_000), () -> simulated.pexpire(key, 70_000));
            }
        }

        private String[] segment() {
            return new String[] {own + "seg" + random.nextInt(2), own + "origins"};
        }

        private String seq() {
            return Integer.toString(random.nextInt(4));
        }

        private String origin() {
            return "origin" + random.nextInt(2);
        }

        private String message() {
            return "message" + random.nextInt(1_000);
        }

        private void script(String file, String[] keys, List<String> args) {
            LuaScript script = LuaScript.load(file);
            List<byte[]> bytes = args.stream().map(SimRedis::bytes).toList();
            same(
                    file + " " + List.of(keys) + " " + args,
                    () -> real.run(script, keys, bytes),
                    () -> simulated.run(script, keys, bytes));
        }

        private void same(String what, Supplier<CompletionStage<?>> really, Supplier<Object> inSimulation) {
            Object expected = answer(() -> really.get().toCompletableFuture().join());
            Object actual = answer(inSimulation);
            told.add(what + " = " + expected);
            assertThat(actual).as(() -> String.join("\n", told)).isEqualTo(expected);
        }

        private static Object answer(Supplier<Object> command) {
            try {
                Object answer = command.get();
                return answer instanceof byte[] bytes ? SimRedis.text(bytes) : String.valueOf(answer);
            } catch (CompletionException e) {
                return refusal(e.getCause());
            } catch (RedisCommandExecutionException e) {
                return refusal(e);
            }
        }

        private static String refusal(Throwable failure) {
            assertThat(failure).isInstanceOf(RedisCommandExecutionException.class);
            return "refused";
        }

        private void compareKeys() {
            for (String name : List.of("observers", "seg0", "seg1", "users:origin0", "users:origin1")) {
                Map<String, String> expected = new TreeMap<>();
                real.hgetall(own + name)
                        .toCompletableFuture()
                        .join()
                        .forEach((field, value) -> expected.put(field, readable(value)));
                Map<String, String> actual = new TreeMap<>();
                simulated.hgetall(own + name).forEach((field, value) -> actual.put(field, readable(value)));
                assertThat(actual).as(name).isEqualTo(expected);
                compareLifetime(name);
            }
            for (String name : List.of("origins", "orgs", "online")) {
                TreeSet<String> expected = new TreeSet<>();
                real.smembers(own + name)
                        .toCompletableFuture()
                        .join()
                        .forEach(member -> expected.add(SimRedis.text(member)));
                assertThat(new TreeSet<>(simulated.smembers(own + name)))
                        .as(name)
                        .isEqualTo(expected);
                compareLifetime(name);
            }
            compareLifetime("lease0");
            compareLifetime("lease1");
        }

        private void compareLifetime(String name) {
            long expected = real.pttl(own + name).toCompletableFuture().join();
            assertThat(simulated.pttl(own + name)).as("lifetime of " + name).isCloseTo(expected, within(5_000L));
        }
    }
}
