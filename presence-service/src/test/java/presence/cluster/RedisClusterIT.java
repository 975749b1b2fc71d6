package presence.cluster;

import presence.board.spi.ClusterBus;

class RedisClusterIT extends OverRedisCluster {
    private final RedisBuses buses = new RedisBuses(redis.url());

    @Override
    ClusterBus newBus() {
        return buses.next();
    }
}
