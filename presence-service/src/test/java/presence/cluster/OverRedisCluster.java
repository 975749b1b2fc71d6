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
        // No master fails here; none should seem to on a machine that stands still for a moment.
        redis = RedisCluster.start(Duration.ofSeconds(5));
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }
}
