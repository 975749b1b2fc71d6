package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import presence.board.spi.ClusterBus;
import presence.model.Member;
import presence.model.Status;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

@WithRedis
class RedisBusIT extends ClusterBusContract {
    private final RedisBuses buses;
    private final String operatorUrl;

    RedisBusIT(TestRedis redis) {
        buses = new RedisBuses(redis.url());
        operatorUrl = redis.operatorUrl();
    }

    @Override
    ClusterBus newBus() {
        return buses.next();
    }

    @Test
    void aChangeIsNotStoredBeforeRedisHasWrittenIt() {
        Side side = new Side().follow();
        Member ada = side.join("ada");
        // A connection of its own: behind the paused write its reads would wait, too.
        ClusterBus other = new Side().bus;
        await().until(() -> stored(other, ada.id()) != null);
        Member busy = ada.withStatus(Status.BUSY);
        RedisClient client = RedisClient.create(operatorUrl);
        try {
            RedisCommands<String, String> redis = client.connect().sync();
            redis.dispatch(
                    CommandType.CLIENT,
                    new StatusOutput<>(StringCodec.UTF8),
                    new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(500).add("WRITE"));
            storedBy(side, () -> side.join(busy));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
        // Reads are not paused, and would have found the record before.
        assertThat(stored(other, ada.id())).isEqualTo(busy);
    }
}
