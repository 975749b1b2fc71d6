package presence.cluster.redis;

import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lets Lettuce use event loops that it neither creates nor shuts down. A connection on a board's own loop needs no
 * thread switch to publish.
 */
public final class SharedEventLoops implements EventLoopGroupProvider {
    private final MultiThreadIoEventLoopGroup loops;

    /** @param loops epoll loops; see {@link #areUsable()} */
    SharedEventLoops(MultiThreadIoEventLoopGroup loops) {
        this.loops = loops;
    }

    /** Whether Lettuce opens epoll channels, which only epoll loops can carry. */
    public static boolean areUsable() {
        return EpollProvider.isAvailable();
    }

    @Override
    @SuppressWarnings("unchecked") // Lettuce asks for a class but works with any group.
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
        return (T) loops;
    }

    @Override
    public int threadPoolSize() {
        return loops.executorCount();
    }

    @Override
    public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }
}
