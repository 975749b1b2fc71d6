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
 * Event loops that Lettuce may use and does not own: it neither makes nor ends them. A connection that lives
 * on a board's loop wakes no other thread for what the board sends and hears.
 */
public final class SharedEventLoops implements EventLoopGroupProvider {
    private final MultiThreadIoEventLoopGroup loops;

    /** @param loops over epoll, as {@link #areUsable()} says */
    SharedEventLoops(MultiThreadIoEventLoopGroup loops) {
        this.loops = loops;
    }

    /** Whether Lettuce would open epoll's channels, which no other loops carry. */
    public static boolean areUsable() {
        return EpollProvider.isAvailable();
    }

    @Override
    @SuppressWarnings("unchecked") // Lettuce names the class it would make and uses any group.
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
