package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.model.BoardId;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

/** The number of a node's observers leaves Redis with the board, although numbers are written once a second at most. */
@WithRedis
class DroppedBoardObserversIT {
    /** An event loop whose timers are not due during a test: a write that waits for its second does not happen. */
    private static final class LoopWithoutTimers extends DefaultEventLoop {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(task, 1, TimeUnit.DAYS);
        }
    }

    private final LoopWithoutTimers loop = new LoopWithoutTimers();
    private final ClusterBus bus;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> operator;
    private final String key;

    DroppedBoardObserversIT(TestRedis redis) {
        RedisBuses buses = new RedisBuses(redis.url());
        bus = buses.next();
        client = RedisClient.create(redis.operatorUrl());
        operator = client.connect();
        key = buses.prefix + ":obs:{" + buses.prefix + ":board:b}";
    }

    @AfterEach
    void stop() {
        bus.close();
        client.shutdown();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    @Test
    void aDroppedBoardDoesNotWaitForTheNextSecond() {
        BoardLink link = bus.link(new BoardId("b"), loop);
        onLoop(() -> {
            link.follow(new RecordingFeed(bus.node()));
            link.observers(1);
        });
        await().untilAsserted(() -> assertThat(operator.sync().hvals(key)).containsExactly("1"));
        // The answer is known on the loop, too: the next number waits for its second.
        onLoop(() -> link.observers(2));
        onLoop(link::close);
        await().untilAsserted(() -> assertThat(operator.sync().hvals(key)).isEmpty());
    }
}
