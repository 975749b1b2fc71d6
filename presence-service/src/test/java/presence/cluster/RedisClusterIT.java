package presence.cluster;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import presence.board.ClusterBus;
import presence.testing.RedisCluster;

/** The bus over a Redis Cluster. */
class RedisClusterIT extends ClusterBusContract {
    private static RedisCluster redis;

    private final RedisBuses buses = new RedisBuses(redis.url());

    @BeforeAll
    static void startRedis() {
        redis = RedisCluster.start(Duration.ofSeconds(1));
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @Override
    ClusterBus newBus() {
        return buses.next();
    }
}
