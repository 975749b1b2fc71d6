package presence.server;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.connection.HeartbeatReads;

/**
 * Lets an event loop that reads only heartbeats wait a little before each look at its sockets, so that several heartbeats
 * share a wake-up of the loop, which costs more than to read and answer them. A loop starts to wait after
 * {@value #QUIET_MS} ms in which it read heartbeats and nothing else, and stops at the first other event (a move, a
 * connection, an answer of Redis) or task of another thread; a task ends the wait at once. Only the first frame after
 * the quiet can be late, by as much as the wait.
 *
 * <p>Threads: all on the event loop, except {@link #wakeup()}.
 */
class HeartbeatGathering implements IoHandler {
    static final long QUIET_MS = 500;

    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(QUIET_MS);
    /** A shorter wait saves nothing. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final IoHandler sockets;
    private final long waitNanos;
    private final HeartbeatReads heartbeats;
    private final LongSupplier nanoClock;

    private @Nullable Thread loop;
    private volatile boolean waiting;
    /** Whether another thread has woken the loop since it looked last. */
    private volatile boolean woken;
    /** Since when the loop reads heartbeats only, and when it did last; valid only while {@link #quiet}. */
    private long quietSinceNanos;

    private long readNanos;
    private boolean quiet;
    /** Whether the last run read heartbeats: after others there is nothing to gather. */
    private boolean readSome;

    /**
     * @param sockets the transport's handler
     * @param waitMs at most so long; milliseconds
     * @param heartbeats of the same event loop
     */
    HeartbeatGathering(IoHandler sockets, long waitMs, HeartbeatReads heartbeats) {
        this(sockets, waitMs, heartbeats, System::nanoTime);
    }

    HeartbeatGathering(IoHandler sockets, long waitMs, HeartbeatReads heartbeats, LongSupplier nanoClock) {
        this.sockets = sockets;
        this.waitNanos = TimeUnit.MILLISECONDS.toNanos(waitMs);
        this.heartbeats = heartbeats;
        this.nanoClock = nanoClock;
    }

    @Override
    public void initialize() {
        loop = Thread.currentThread();
        sockets.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (readSome && readNanos - quietSinceNanos >= QUIET_NANOS && !woken) {
            gather(context);
        }
        long before = heartbeats.count();
        int events = sockets.run(context);
        readSome = false;
        if (woken || heartbeats.count() - before < events) {
            woken = false;
            quiet = false;
        } else if (events > 0) {
            readNanos = nanoClock.getAsLong();
            readSome = true;
            if (!quiet) {
                quiet = true;
                quietSinceNanos = readNanos;
            }
        }
        return events;
    }

    private void gather(IoHandlerContext context) {
        long now = nanoClock.getAsLong();
        // Scheduled tasks are not delayed.
        long nanos = Math.min(readNanos + waitNanos - now, context.delayNanos(now));
        if (nanos < SHORTEST_NANOS) {
            return;
        }
        waiting = true;
        // Asked after the flag is set: a task that is added later finds it and ends the wait.
        if (context.canBlock()) {
            park(nanos);
        }
        waiting = false;
    }

    void park(long nanos) {
        LockSupport.parkNanos(this, nanos);
    }

    @Override
    public void wakeup() {
        sockets.wakeup();
        woken = true;
        if (waiting) {
            LockSupport.unpark(loop);
        }
    }

    @Override
    public void prepareToDestroy() {
        sockets.prepareToDestroy();
    }

    @Override
    public void destroy() {
        sockets.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return sockets.register(handle);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return sockets.isCompatible(handleType);
    }
}
