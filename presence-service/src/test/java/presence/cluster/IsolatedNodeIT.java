package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.testing.process.RedisServer;

/** Tests that an isolated node completes joins without waiting for a snapshot. */
@Tag("redis")
class IsolatedNodeIT {
    private static final Duration ISOLATED = Duration.ofSeconds(20);

    private final RedisServer redis = RedisServer.start();
    private final EventLoop loop = new DefaultEventLoop();
    private final RedisBus bus = new RedisBuses(
                    redis.url(), Map.of("PRESENCE_NODE_HEARTBEAT_MS", "500", "PRESENCE_NODE_LEASE_MS", "2000"))
            .next();

    @AfterEach
    void stop() {
        redis.close();
        bus.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private RecordingFeed follow(String board) {
        RecordingFeed feed = new RecordingFeed(bus.node());
        loop.submit(() -> bus.link(new BoardId(board), loop).follow(feed)).syncUninterruptibly();
        return feed;
    }

    @Test
    void aBoardOpenedWithoutRedisIsSyncedOnceTheNodeIsIsolated() {
        redis.kill();
        await().until(() -> !bus.health().subscriber());
        RecordingFeed opened = follow("opened-before");
        await().atMost(ISOLATED).until(() -> opened.synced() > 0);
        assertThat(bus.health().hears()).isFalse();

        RecordingFeed later = follow("opened-while-isolated");
        await().until(() -> later.synced() > 0);
    }
}
