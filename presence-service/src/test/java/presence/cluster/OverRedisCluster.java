package presence.cluster;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import presence.testing.RedisCluster;

/** A bus's promises over a Redis Cluster of the test class's own. */
abstract class OverRedisCluster extends ClusterBusContract {
    static RedisCluster redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisCluster.start(Duration.ofSeconds(1));
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }
}
