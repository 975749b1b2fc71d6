package presence.gather;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop's two epoll sets. Input of sockets in the first wakes the loop. Sockets whose input may wait are moved to
 * the second, which is polled without blocking: when the loop was awake for something else, and at the latest
 * {@link #LONGEST_WAIT_MS} after the last poll.
 */
public final class GatheringIoHandler implements IoHandler {
    /**
     * Longest time that input of a gathered socket waits, in milliseconds. Three polls per point of the boards' grid,
     * which positions wait for anyway.
     */
    public static final double LONGEST_WAIT_MS = 11 / 3.0;

    private static final long LONGEST_WAIT_NANOS = (long) (LONGEST_WAIT_MS * 1_000_000);
    /** Polls are not closer than this: a loop that is woken often gains nothing by them. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Time between two looks at which sockets are to wake the loop again. */
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final FastThreadLocal<GatheringIoHandler> OF_THIS_LOOP = new FastThreadLocal<>();

    /** For the second set: never waits. */
    private static final IoHandlerContext NOW = new IoHandlerContext() {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return 0;
        }
    };

    private final IoHandler waking;
    private final IoHandler gathered;
    private final Map<IoHandle, GatheredSocket> sockets = new IdentityHashMap<>();
    private final List<GatheredSocket> waiting = new ArrayList<>();
    private final UntilPoll untilPoll = new UntilPoll();
    private long polledNanos;
    private long sweptNanos;

    private GatheringIoHandler(IoHandler waking, IoHandler gathered) {
        this.waking = waking;
        this.gathered = gathered;
    }

    /** Makes handlers for epoll channels. */
    public static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new GatheringIoHandler(epoll.newHandler(executor), epoll.newHandler(executor));
    }

    /** Returns the socket of an open channel of this thread's event loop; null if the loop does not gather. */
    public static @Nullable GatheredSocket socketOf(Channel channel) {
        GatheringIoHandler handler = OF_THIS_LOOP.getIfExists();
        return handler == null || !(channel.unsafe() instanceof IoHandle handle) ? null : handler.sockets.get(handle);
    }

    @Override
    public void initialize() {
        OF_THIS_LOOP.set(this);
        waking.initialize();
        gathered.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (waiting.isEmpty()) {
            return waking.run(context);
        }
        untilPoll.context = context;
        int handled = waking.run(untilPoll);
        long now = System.nanoTime();
        if (now - polledNanos >= SHORTEST_NANOS) {
            polledNanos = now;
            handled += gathered.run(NOW);
            if (now - sweptNanos >= SWEEP_NANOS) {
                sweptNanos = now;
                waiting.removeIf(socket -> !socket.staysGathered(now));
            }
        }
        return handled;
    }

    /** Moves a socket to the second set. */
    void gather(GatheredSocket socket) throws Exception {
        if (waiting.isEmpty()) {
            polledNanos = System.nanoTime();
        }
        waiting.add(socket);
    }

    IoRegistration registerGathered(GatheredSocket socket) throws Exception {
        return gathered.register(socket);
    }

    void remove(IoHandle handle, GatheredSocket socket) {
        sockets.remove(handle);
        waiting.remove(socket);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        GatheredSocket socket = new GatheredSocket(this, (EpollIoHandle) handle);
        socket.wakeBy(waking.register(socket));
        sockets.put(handle, socket);
        return socket;
    }

    @Override
    public void prepareToDestroy() {
        waking.prepareToDestroy();
        gathered.prepareToDestroy();
    }

    @Override
    public void destroy() {
        waking.destroy();
        gathered.destroy();
    }

    @Override
    public void wakeup() {
        waking.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return waking.isCompatible(handleType);
    }

    /** The loop's context, with a wait that ends at the next poll. */
    private final class UntilPoll implements IoHandlerContext {
        private IoHandlerContext context = NOW;

        @Override
        public boolean canBlock() {
            return context.canBlock();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            long untilPoll = polledNanos + LONGEST_WAIT_NANOS - System.nanoTime();
            return Math.max(0, Math.min(untilPoll, context.delayNanos(currentTimeNanos)));
        }

        @Override
        public long deadlineNanos() {
            // On the loop's clock, which has another origin than System.nanoTime.
            long now = System.nanoTime();
            long delay = context.delayNanos(now);
            long untilPoll = polledNanos + LONGEST_WAIT_NANOS - now;
            return context.deadlineNanos() - Math.max(0, delay - untilPoll);
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            context.reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context.shouldReportActiveIoTime();
        }
    }
}
