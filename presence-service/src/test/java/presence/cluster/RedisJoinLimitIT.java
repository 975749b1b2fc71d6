package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.JoinLimit;
import presence.testing.WithRedis;
import presence.testing.process.RedisServer;
import presence.testing.process.TestRedis;

@WithRedis
class RedisJoinLimitIT extends JoinLimitContract {
    private final RedisBuses buses;
    private final TestRedis redis;
    private final List<RedisBus> opened = new ArrayList<>();

    RedisJoinLimitIT(TestRedis redis) {
        this.redis = redis;
        buses = new RedisBuses(redis.url());
    }

    @Override
    JoinLimit limit(int perMinute) {
        RedisBus bus = buses.next();
        opened.add(bus);
        return bus.joinLimit(perMinute);
    }

    @AfterEach
    void close() {
        opened.forEach(RedisBus::close);
    }

    @Test
    void allNodesCountTogether() {
        JoinLimit one = limit(2);
        JoinLimit two = limit(2);
        assertThat(take(one, user).remaining()).isEqualTo(1);
        assertThat(take(two, user).remaining()).isZero();
        assertThat(take(one, user).isAllowed()).isFalse();
        assertThat(take(two, user).isAllowed()).isFalse();
    }

    @Test
    void theCountExpiresWithTheWindow() {
        take(limit(2), user);
        RedisClient client = RedisClient.create(redis.operatorUrl());
        try {
            String key = buses.prefix + ":rl:{user:" + user + "}";
            assertThat(client.connect().sync().pttl(key)).isBetween(1L, 60_000L);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void withoutRedisAllJoinsAreAllowed() {
        try (RedisServer own = RedisServer.start()) {
            RedisBus bus = new RedisBuses(own.url()).next();
            try {
                JoinLimit limit = bus.joinLimit(1);
                assertThat(take(limit, user).remaining()).isZero();
                RedisClient operator = RedisClient.create(own.operatorUrl());
                operator.connect().sync().clientPause(1_000);
                assertThat(take(limit, user)).as("no answer in time").isEqualTo(JoinLimit.Allowance.UNCOUNTED);
                await().until(() -> !take(limit, user).isAllowed());
                operator.shutdown();
                own.kill();
                assertThat(take(limit, user)).as("no Redis").isEqualTo(JoinLimit.Allowance.UNCOUNTED);
            } finally {
                bus.close();
            }
        }
    }
}
