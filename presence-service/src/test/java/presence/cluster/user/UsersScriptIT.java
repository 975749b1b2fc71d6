package presence.cluster.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.cluster.redis.LuaScript;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

/** The script that writes users, run as several nodes would: what it leaves in Redis, and where it looks. */
@WithRedis
class UsersScriptIT {
    private static final List<String> USERS =
            IntStream.range(0, 20).mapToObj(i -> "user-" + i).toList();
    private static final String SESSIONS = "{}";
    private static final String ONE_WRITER = "";
    private static final String MANY_WRITERS = "1";

    private final String prefix = "t-" + UUID.randomUUID();
    private final RedisClient client;
    private final RedisCommands<String, String> redis;

    UsersScriptIT(TestRedis server) {
        client = RedisClient.create(server.operatorUrl());
        redis = client.connect().sync();
        for (String owner : List.of("one:0", "two:0", "three:0")) {
            write(owner, ONE_WRITER, List.of("of-" + owner), SESSIONS);
        }
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    private String key(String name) {
        return prefix + ":" + name + ":{" + prefix + ":users}";
    }

    private String hash(String owner) {
        return key("users") + ":" + owner;
    }

    /** Returns how many users came online or went offline. */
    private long write(String owner, String writers, List<String> users, String sessions) {
        List<String> args = new ArrayList<>(List.of("60000", owner, prefix + ":users", key("users") + ":", writers));
        users.forEach(user -> args.addAll(List.of(user, sessions)));
        return redis.eval(
                LuaScript.load("users.lua").source(),
                ScriptOutputType.INTEGER,
                new String[] {hash(owner), key("orgs"), key("online")},
                args.toArray(new String[0]));
    }

    private long calls(String command) {
        return redis.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void ofSeveralNodesThatRemoveTheUsersOfADeadOneOnlyTheFirstLooksForThem() {
        write("dead:0", ONE_WRITER, USERS, SESSIONS);
        long before = calls("hexists");
        assertThat(write("dead:0", MANY_WRITERS, USERS, "")).isEqualTo(USERS.size());
        assertThat(calls("hexists") - before).isEqualTo(3L * USERS.size());

        long after = calls("hexists");
        assertThat(write("dead:0", MANY_WRITERS, USERS, "")).isZero();
        assertThat(calls("hexists")).isEqualTo(after);
        assertThat(redis.smembers(key("online"))).isEqualTo(Set.of("of-one:0", "of-two:0", "of-three:0"));
        assertThat(redis.smembers(key("orgs"))).isEqualTo(Set.of("one:0", "two:0", "three:0"));
    }

    @Test
    void aUserOfADeadNodeWhoIsElsewhereStaysOnline() {
        write("dead:0", ONE_WRITER, USERS, SESSIONS);
        write("two:0", ONE_WRITER, List.of("user-7"), SESSIONS);
        assertThat(write("dead:0", MANY_WRITERS, USERS, "")).isEqualTo(USERS.size() - 1);
        write("dead:0", MANY_WRITERS, USERS, "");
        assertThat(redis.smembers(key("online"))).contains("user-7").doesNotContain("user-6");
    }

    @Test
    void anOwnerWhoseHashHasExpiredStillTakesItsUserOffline() {
        write("one:0", ONE_WRITER, USERS, SESSIONS);
        redis.del(hash("one:0"));
        assertThat(write("one:0", ONE_WRITER, List.of("user-3"), "")).isEqualTo(1);
        assertThat(redis.smembers(key("online"))).doesNotContain("user-3");
    }

    @Test
    void aUserWhoComesOnlineIsWrittenWithoutReadingTheOtherNodes() {
        long before = calls("smembers");
        assertThat(write("one:0", ONE_WRITER, USERS, SESSIONS)).isEqualTo(USERS.size());
        assertThat(calls("smembers")).isEqualTo(before);
    }
}
