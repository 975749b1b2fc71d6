package presence.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.testing.process.RedisServer;
import presence.testing.random.Seeded;

/**
 * Random histories of locks mean the same to the script on a real server and to {@link presence.lock.LockLedger}. Fencing
 * numbers come from two clocks: they are compared by their order.
 */
@Tag("redis")
class SimLocksIT {
    private static final int HISTORIES = 40;
    private static final int LENGTH = 80;
    private static final int FIELDS = 6;
    private static final LuaScript SCRIPT = LuaScript.load("locks.lua");
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static RedisServer server;
    private static RedisConnections connections;
    private static NodeCommands real;

    @BeforeAll
    static void connect() throws ConfigException, RedisUnavailableException {
        server = RedisServer.start();
        connections = new RedisConnections(
                ServiceConfig.from(Map.of("REDIS_URL", server.operatorUrl())).redis(),
                new ServiceMetrics(new SimpleMeterRegistry()),
                null);
        connections.connect(Duration.ofSeconds(10), () -> new RedisPubSubAdapter<>() {});
        real = connections.commands().toCompletableFuture().join();
    }

    @AfterAll
    static void close() {
        connections.close();
        server.close();
    }

    @Test
    void randomHistoriesMeanTheSame() {
        Seeded.check(HISTORIES, random -> new History(random).run());
    }

    /** A lock in an answer: name, holder, fencing, owner, ttl, time left. */
    private record Shown(List<String> fields) {
        String name() {
            return fields.get(0);
        }

        boolean isFree() {
            return fields.get(1).isEmpty();
        }
    }

    /** One of the two, with what it has answered. */
    private static final class Side {
        private final List<Shown> seen = new ArrayList<>();

        /** Parses an answer, and puts it in words without numbers and times. */
        String note(List<Object> answer) {
            StringBuilder words = new StringBuilder().append(answer.get(0));
            for (int at = 1; at + FIELDS <= answer.size(); at += FIELDS) {
                List<String> fields = answer.subList(at, at + FIELDS).stream()
                        .map(each -> SimRedis.text((byte[]) each))
                        .toList();
                Shown shown = new Shown(fields);
                seen.add(shown);
                words.append(" ").append(fields.get(0)).append('=').append(fields.get(1));
                words.append(" by ").append(fields.get(3)).append(" ttl ").append(fields.get(4));
            }
            return words.toString();
        }

        /** What was shown the numbers' order of: equal ranks mean the same. */
        List<Integer> ranks() {
            TreeSet<Long> numbers = seen.stream()
                    .map(shown -> Long.parseLong(shown.fields.get(2)))
                    .collect(Collectors.toCollection(TreeSet::new));
            return seen.stream()
                    .map(shown ->
                            numbers.headSet(Long.parseLong(shown.fields.get(2))).size())
                    .toList();
        }

        long greatest() {
            return seen.stream()
                    .mapToLong(shown -> Long.parseLong(shown.fields.get(2)))
                    .max()
                    .orElse(0);
        }
    }

    private static final class History {
        private final Random random;
        private final String key = "presence:locks:{contract" + NUMBER.incrementAndGet() + "}";
        private long nowMs = System.currentTimeMillis();
        private final SimRedis simulated = new SimRedis(() -> nowMs);
        private final Side really = new Side();
        private final Side inSimulation = new Side();
        private final List<String> told = new ArrayList<>();
        private final Origin first = new Origin(NodeId.random(), 0);
        private final List<Origin> origins =
                List.of(first, new Origin(first.node(), 1), new Origin(NodeId.random(), 0));
        private final List<MemberId> members =
                List.of(new MemberId(1, 1), new MemberId(2, 2), new MemberId(3, 3), new MemberId(4, 4));

        History(Random random) {
            this.random = random;
        }

        void run() {
            for (int i = 0; i < LENGTH; i++) {
                step();
            }
        }

        private void step() {
            String member = members.get(random.nextInt(members.size())).toString();
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    String stays = stays();
                    String ownOnly = random.nextBoolean() ? "1" : "";
                    call("unlock", side -> List.of(name(), member, stays, ownOnly));
                }
                case 2 -> {
                    String stays = stays();
                    call("release", side -> List.of(member, stays));
                }
                case 3 -> call("claim", side -> List.of(member));
                case 4 -> {
                    String origin = origins.get(random.nextInt(origins.size())).toString();
                    String stays = stays();
                    call("reap", side -> List.of(origin, stays));
                }
                case 5 -> call("read", this::own);
                case 6 -> {
                    if (random.nextInt(4) == 0) {
                        told.add("the key is lost");
                        real.del(key).toCompletableFuture().join();
                        simulated.del(key);
                    }
                }
                default -> lock(member);
            }
        }

        private String stays() {
            return random.nextBoolean() ? "0" : "50000";
        }

        private String name;

        private String name() {
            return name;
        }

        private interface Args {
            List<String> of(Side side);
        }

        private int which;
        private int many;

        /** What a node may hold, for another look at what was shown before. */
        private List<String> own(Side side) {
            List<String> args = new ArrayList<>();
            for (int i = 0; i < many && !side.seen.isEmpty(); i++) {
                Shown shown = side.seen.get((which + i) % side.seen.size());
                if (!shown.isFree()) {
                    args.addAll(List.of(
                            shown.name(), shown.fields.get(2), shown.fields.get(1), shown.fields.get(4), "50000"));
                }
            }
            return args;
        }

        private void lock(String member) {
            // A lock of no duration is over when anything is asked again.
            String ttl = random.nextInt(4) == 0 ? "0" : "60000";
            String wait = random.nextBoolean() ? "1" : "";
            boolean knows = random.nextInt(3) == 0;
            call("lock", side -> {
                List<String> args = new ArrayList<>(List.of(name(), member, ttl, wait, "3", "4", "2"));
                if (knows) {
                    side.seen.stream()
                            .filter(shown -> shown.name().equals(name()) && !shown.isFree())
                            .skip(which % 3)
                            .findFirst()
                            .ifPresent(shown -> args.addAll(List.of(
                                    shown.fields.get(2),
                                    shown.fields.get(1),
                                    shown.fields.get(3),
                                    shown.fields.get(4),
                                    "40000")));
                }
                return args;
            });
        }

        private void call(String operation, Args more) {
            nowMs++;
            name = "n" + random.nextInt(5);
            which = random.nextInt(50);
            many = random.nextInt(3);
            String origin = origins.get(random.nextInt(origins.size())).toString();
            boolean knows = random.nextBoolean();
            String expected = answer(
                    really,
                    () -> real.list(SCRIPT, new String[] {key}, args(really, operation, origin, knows, more))
                            .toCompletableFuture()
                            .join());
            String actual = answer(
                    inSimulation,
                    () -> simulated.list(
                            SCRIPT, new String[] {key}, args(inSimulation, operation, origin, knows, more)));
            told.add(operation + " " + more.of(really) + " by " + origin + " = " + expected);
            assertThat(actual).as(() -> String.join("\n", told)).isEqualTo(expected);
            assertThat(inSimulation.ranks())
                    .as(() -> "numbers\n" + String.join("\n", told))
                    .isEqualTo(really.ranks());
            assertThat(stored(simulated.hgetall(key)))
                    .as(() -> String.join("\n", told))
                    .isEqualTo(stored(real.hgetall(key).toCompletableFuture().join()));
        }

        private List<byte[]> args(Side side, String operation, String origin, boolean knows, Args more) {
            List<String> args = new ArrayList<>(List.of(
                    operation,
                    origin,
                    "7200000",
                    Long.toString(knows ? side.greatest() : 0),
                    "presence:board:contract",
                    "changed"));
            args.addAll(more.of(side));
            return args.stream().map(SimRedis::bytes).toList();
        }

        private static String answer(Side side, Supplier<List<Object>> call) {
            return side.note(call.get());
        }

        /** The hash without numbers and times. */
        private static Map<String, String> stored(Map<String, byte[]> hash) {
            Map<String, String> stored = new TreeMap<>();
            hash.forEach((field, value) -> {
                String text = SimRedis.text(value);
                stored.put(
                        field,
                        switch (field.charAt(0)) {
                            case '=' -> {
                                String[] parts = text.split(" ");
                                yield parts[1] + " " + parts[2] + " " + parts[4];
                            }
                            case '?' -> text;
                            default -> "number";
                        });
            });
            return stored;
        }
    }
}
