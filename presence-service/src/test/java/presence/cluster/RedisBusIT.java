package presence.cluster;

import presence.board.spi.ClusterBus;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

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
