package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.ClusterBus;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.MemberId;
import presence.model.Status;
import presence.model.UserEntry;
import presence.model.UserSession;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

@WithRedis
class RedisDirectoryIT extends ClusterDirectoryContract {
    private final TestRedis redis;
    private RedisBuses buses;
    private final RedisClient client;
    private final RedisCommands<String, String> operator;

    RedisDirectoryIT(TestRedis redis) {
        this.redis = redis;
        buses = new RedisBuses(redis.url());
        client = RedisClient.create(redis.operatorUrl());
        operator = client.connect().sync();
    }

    @Override
    ClusterBus newBus() {
        return buses.next();
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    private String key(String name) {
        return buses.prefix + ":" + name + ":{" + buses.prefix + ":users}";
    }

    @Test
    void usersInRedisAreReadableJsonAndExpire() {
        Node one = new Node();
        UserSession session = one.enter("ada", "b1");
        String hash = key("users") + ":" + one.bus.node() + ":0";
        await().untilAsserted(() -> assertThat(operator.hget(hash, "ada"))
                .isEqualTo("{\"sessions\":[{\"memberId\":\"" + session.member()
                        + "\",\"board\":\"b1\",\"status\":\"STATUS_BUSY\",\"device\":\"phone\"}]}"));
        assertThat(operator.smembers(key("online"))).isEqualTo(Set.of("ada"));
        for (String key : operator.keys(buses.prefix + ":*users*")) {
            assertThat(operator.pttl(key)).as(key).isPositive();
        }
    }

    @Test
    void usersLostByRedisAreWrittenAgain() {
        Node one = new Node();
        one.enter("ada", "b1");
        one.enter("bob", "b1");
        await().until(() -> operator.scard(key("online")) == 2);
        operator.keys(buses.prefix + ":*users*").forEach(operator::del);
        one.leave("bob");
        await().untilAsserted(() -> {
            assertThat(operator.smembers(key("online"))).isEqualTo(Set.of("ada"));
            assertThat(get(one.directory.sessions("ada"))).hasSize(1);
        });
    }

    @Test
    void listenersAreNotToldTwiceOfUsersThatRedisLostAndAreAskedToLookAgain() {
        buses = new RedisBuses(
                redis.url(), Map.of("PRESENCE_NODE_HEARTBEAT_MS", "500", "PRESENCE_NODE_LEASE_MS", "2000"));
        Node one = new Node();
        Node two = new Node();
        Queue<String> received = two.listen();
        await().until(() -> get(two.directory.usersOnline()) == 0);
        one.enter("ada", "b1");
        await().until(() -> received.contains("ada on"));
        int before = two.gaps.size();
        operator.keys(buses.prefix + ":*").forEach(operator::del);
        await().until(() -> operator.sismember(key("online"), "ada"));
        await().until(() -> two.gaps.size() > before);
        one.leave("ada");
        await().until(() -> received.contains("ada off"));
        one.enter("ada", "b1");
        await().untilAsserted(() -> assertThat(received).containsExactly("ada on", "ada off", "ada on"));
    }

    @Test
    void usersOfANodeThatDiedUnnoticedAreRemovedByTheNextThatStarts() {
        Node one = new Node();
        one.enter("ada", "b1");
        await().until(() -> operator.scard(key("online")) == 1);
        String unheardOf = UUID.randomUUID() + ":0";
        operator.hset(key("users") + ":" + unheardOf, "ghost", "{}");
        operator.hset(key("users") + ":" + unheardOf, "ada", "{}");
        operator.sadd(key("orgs"), unheardOf);
        operator.sadd(key("online"), "ghost");
        Queue<String> received = one.listen();
        new Node();
        await().untilAsserted(() -> {
            assertThat(operator.smembers(key("online"))).isEqualTo(Set.of("ada"));
            assertThat(operator.smembers(key("orgs"))).containsExactly(one.bus.node() + ":0");
            assertThat(received).containsExactly("ghost off");
        });
    }

    @Test
    void heartbeatsCarryTheLoadOfNodes() {
        Node one = new Node();
        Node two = new Node();
        await().untilAsserted(() -> assertThat(one.directory.otherNodes())
                .singleElement()
                .satisfies(load -> assertThat(load.node()).isEqualTo(two.bus.node())));
    }

    /** The number of HDEL commands that Redis executed. */
    private long removals() {
        return operator.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_hdel:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")))
                .sum();
    }

    @Test
    void usersThatComeAndGoFasterThanTheyAreWrittenAreNotKeptOneByOne() {
        Node one = new Node();
        one.enter("ada", "b");
        await().until(() -> get(one.directory.usersOnline()) == 1);
        long before = removals();
        List<UserEntry> gone = new ArrayList<>();
        for (int user = 0; user < 12_000; user++) {
            gone.add(new UserEntry("gone-" + user, List.of(), false));
        }
        one.directory.publish(gone);
        one.enter("bob", "b");
        await().until(() -> get(one.directory.online(List.of("ada", "bob"))).size() == 2);
        assertThat(removals() - before).isLessThan(100);
    }

    @Test
    void manyUsersAreWrittenInBatches() {
        Node one = new Node();
        for (int user = 0; user < 1_700; user++) {
            one.enter("user-" + user, "b");
        }
        await().until(() -> get(one.directory.usersOnline()) == 1_700);
        List<LocatedSession> last = get(one.directory.sessions("user-1699"));
        assertThat(last).hasSize(1);
        one.bus.close();
        assertThat(operator.keys(buses.prefix + ":*users*")).isEmpty();
    }

    private static UserEntry ada(List<UserSession> sessions) {
        return new UserEntry("ada", List.copyOf(sessions), true);
    }

    private static List<UserSession> sessions(int number) {
        List<UserSession> sessions = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            sessions.add(new UserSession(MemberId.random(), new BoardId("b"), Status.ACTIVE, "phone"));
        }
        return sessions;
    }

    private static UserSession busy(UserSession before) {
        return new UserSession(before.member(), before.board(), Status.BUSY, before.device());
    }

    @Test
    void aChangedSessionOfManyIsWrittenAlone() {
        Node one = new Node();
        List<UserSession> sessions = sessions(20);
        one.publish(ada(sessions));
        await().until(() -> get(one.directory.sessions("ada")).size() == 20);
        String hash = key("users") + ":" + one.bus.node() + ":0";
        String stored = operator.hget(hash, "ada");
        // Survives as long as the session it belongs to is not written again.
        operator.hset(hash, "ada", stored.replace("{\"memberId\"", "{\"mark\":1,\"memberId\""));
        sessions.set(3, busy(sessions.get(3)));
        sessions.remove(7);
        one.publish(ada(sessions));
        await().untilAsserted(() -> assertThat(get(one.directory.sessions("ada")))
                .extracting(LocatedSession::session)
                .containsExactlyElementsOf(sessions));
        assertThat(operator.hget(hash, "ada").split("\"mark\"", -1)).hasSize(18 + 1);
    }

    @Test
    void aListOfSessionsThatRedisLostOrChangedIsWrittenAsAWhole() {
        Node one = new Node();
        List<UserSession> sessions = sessions(20);
        one.publish(ada(sessions));
        await().until(() -> get(one.directory.sessions("ada")).size() == 20);
        String hash = key("users") + ":" + one.bus.node() + ":0";
        List<String> damaged = List.of("", "{}", operator.hget(hash, "ada").replaceFirst("\\{\"memberId\"[^}]*},", ""));
        for (int i = 0; i < damaged.size(); i++) {
            if (damaged.get(i).isEmpty()) {
                operator.hdel(hash, "ada");
            } else {
                operator.hset(hash, "ada", damaged.get(i));
            }
            sessions.set(i, busy(sessions.get(i)));
            one.publish(ada(sessions));
            await().alias("damage " + i)
                    .untilAsserted(() -> assertThat(get(one.directory.sessions("ada")))
                            .extracting(LocatedSession::session)
                            .containsExactlyInAnyOrderElementsOf(sessions));
        }
    }
}
