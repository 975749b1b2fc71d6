package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.model.BoardId;
import presence.testing.WithRedis;
import presence.testing.process.TestRedis;

/** Tests that a closed board can be collected: no timer of its event loop may refer to it. */
@WithRedis
class ClosedBoardIT {
    /** An event loop that records its timers. */
    private static final class TimedLoop extends DefaultEventLoop {
        final Queue<ScheduledFuture<?>> timers = new ConcurrentLinkedQueue<>();

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            ScheduledFuture<?> timer = super.schedule(task, delay, unit);
            timers.add(timer);
            return timer;
        }
    }

    private final TimedLoop loop = new TimedLoop();
    private final ClusterBus bus;

    ClosedBoardIT(TestRedis redis) {
        bus = new RedisBuses(redis.url()).next();
    }

    @AfterEach
    void stop() {
        bus.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void noTimerIsLeftOfABoardThatIsClosed() {
        BoardLink link = bus.link(new BoardId("b"), loop);
        RecordingFeed feed = new RecordingFeed(bus.node());
        loop.submit(() -> link.follow(feed)).syncUninterruptibly();
        await().until(() -> loop.timers.size() >= 2);
        assertThat(loop.timers).anyMatch(timer -> !timer.isDone());
        loop.submit(link::close).syncUninterruptibly();
        await().untilAsserted(() -> assertThat(loop.timers).allMatch(timer -> timer.isDone()));
    }
}
