package presence.cluster;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import presence.testing.process.RedisCluster;

/** Runs a contract over a Redis Cluster of the test class. */
abstract class OverRedisCluster extends ClusterBusContract {
    static RedisCluster redis;

    @BeforeAll
    static void startRedis() {
        // Long timeout: no master fails here, and none may seem to when the machine pauses.
        redis = RedisCluster.start(Duration.ofSeconds(5));
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }
}
