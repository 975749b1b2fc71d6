package presence.cluster;

import presence.board.spi.ClusterBus;
import presence.testing.TestRedis;
import presence.testing.WithRedis;

@WithRedis
class RedisBusIT extends ClusterBusContract {
    private final RedisBuses buses;

    RedisBusIT(TestRedis redis) {
        buses = new RedisBuses(redis.url());
    }

    @Override
    ClusterBus newBus() {
        return buses.next();
    }
}
