package presence.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Closes a connection that is still no WebSocket when its time is over. Removed from the pipeline after the handshake. */
public final class HandshakeDeadline extends ChannelInboundHandlerAdapter implements ConnectionSweep.Swept {
    private final ConnectionSweep sweep;
    private final long timeoutMs;
    private final LongSupplier clock;
    private final Runnable onTimeout;
    private @Nullable ChannelHandlerContext context;
    private long openedMs;

    /** @param onTimeout counts it */
    public HandshakeDeadline(ConnectionSweep sweep, long timeoutMs, LongSupplier clock, Runnable onTimeout) {
        this.sweep = sweep;
        this.timeoutMs = timeoutMs;
        this.clock = clock;
        this.onTimeout = onTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        openedMs = clock.getAsLong();
        sweep.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        sweep.remove(this);
    }

    @Override
    public void sweep(long nowMs) {
        ChannelHandlerContext current = context;
        if (current != null && nowMs - openedMs > timeoutMs) {
            onTimeout.run();
            current.close();
        }
    }
}
