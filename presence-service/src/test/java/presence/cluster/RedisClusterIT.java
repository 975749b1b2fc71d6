package presence.cluster;

import org.junit.jupiter.api.Tag;
import presence.board.spi.ClusterBus;

@Tag("redis")
class RedisClusterIT extends OverRedisCluster {
    private final RedisBuses buses = new RedisBuses(redis.url());

    @Override
    ClusterBus newBus() {
        return buses.next();
    }
}
