package presence.gather;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket in the epoll sets of its event loop: between the channel, which sees one registration, and the sets, which see
 * one handle. Its output always belongs to the first set. That loop only.
 */
public final class GatheredSocket implements IoRegistration, EpollIoHandle {
    private static final EpollIoOps INPUT = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
    /** Reported in any case. Netty 4.2.18 cannot add a socket to a set again whose operations were once none. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

    /** Input events between two looks at the rate. */
    private static final int WINDOW = 64;

    /** A socket with more input events a second is gathered without being asked: it is not one person's. */
    private static final int OWN_RATE = 250;

    private static final long FAST_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(WINDOW) / OWN_RATE;
    private static final long OWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GatheringIoHandler handler;
    private final EpollIoHandle channel;
    /** In the first set. */
    private @Nullable IoRegistration waking;
    /** In the second set; null until it is gathered for the first time. */
    private @Nullable IoRegistration gathered;

    private EpollIoOps ops = EpollIoOps.NONE;
    private boolean waits;
    private long mayWaitUntilNanos = System.nanoTime();
    private int events;
    private long windowNanos = mayWaitUntilNanos;

    GatheredSocket(GatheringIoHandler handler, EpollIoHandle channel) {
        this.handler = handler;
        this.channel = channel;
    }

    void wakeBy(IoRegistration registration) {
        waking = registration;
    }

    /** Lets the input of this socket wait for that long from now on. It is gathered when some arrives. */
    public void mayWait(long nanos) {
        mayWaitUntilNanos = System.nanoTime() + nanos;
    }

    /** Returns whether its input does not wake the loop now. */
    boolean isGathered() {
        return waits;
    }

    /** Returns false, and wakes the loop from now on, if the time is over. */
    boolean staysGathered(long nowNanos) {
        if (mayWaitUntilNanos - nowNanos > 0) {
            return true;
        }
        waits = false;
        submitBoth();
        return false;
    }

    private void gather() {
        try {
            if (gathered == null) {
                gathered = handler.registerGathered(this);
            }
            handler.gather(this);
        } catch (Exception e) {
            // No file descriptor or memory for it in the kernel: it goes on waking the loop.
            return;
        }
        waits = true;
        submitBoth();
    }

    private void submitBoth() {
        if (waking == null || !waking.isValid() || gathered == null) {
            return;
        }
        waking.submit(waits ? output() : ops);
        gathered.submit(waits ? input() : NOTHING);
    }

    private EpollIoOps input() {
        return ops.without(EpollIoOps.EPOLLOUT).with(NOTHING);
    }

    private EpollIoOps output() {
        return ops.without(INPUT).with(NOTHING);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        channel.handle(this, event);
        if (((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLIN) && waking != null && waking.isValid()) {
            count();
        }
    }

    private void count() {
        if (++events == WINDOW) {
            long now = System.nanoTime();
            if (now - windowNanos < FAST_WINDOW_NANOS) {
                mayWait(OWN_NANOS);
            }
            windowNanos = now;
            events = 0;
        }
        if (!waits && mayWaitUntilNanos - System.nanoTime() > 0) {
            gather();
        }
    }

    @Override
    public long submit(IoOps changed) {
        if (waking == null) {
            return -1;
        }
        ops = (EpollIoOps) changed;
        if (!waits || gathered == null) {
            return waking.submit(ops);
        }
        gathered.submit(input());
        return waking.submit(output());
    }

    @Override
    public <T> T attachment() {
        if (waking == null) {
            throw new IllegalStateException("not registered");
        }
        return waking.attachment();
    }

    @Override
    public boolean isValid() {
        return waking != null && waking.isValid();
    }

    @Override
    public boolean cancel() {
        handler.remove(channel, this);
        if (gathered != null) {
            gathered.cancel();
        }
        return waking != null && waking.cancel();
    }

    @Override
    public FileDescriptor fd() {
        return channel.fd();
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }
}
