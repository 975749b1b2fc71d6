package presence.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.metrics.EnumCounters;
import presence.security.ConnectionLimits;
import presence.security.LimitKind;

/**
 * Closes a connection that is still no WebSocket when its time is over, or whose handshake sends more than there is
 * room for. First in the pipeline, because it must see the connection before any byte; removed after the handshake.
 *
 * <p>The time is a timer of the connection's own. It judges no silence, so that it ends the connection also on an
 * event loop that is late: one that is held up by handshakes must end them.
 */
final class HandshakeBounds extends ChannelInboundHandlerAdapter {
    private final long timeoutMs;
    private final ConnectionLimits.Place place;
    private final EnumCounters<LimitKind> limited;
    private final Runnable onTimeout;
    private @Nullable Future<?> timer;
    private boolean refused;

    /** @param onTimeout counts it */
    HandshakeBounds(long timeoutMs, ConnectionLimits.Place place, EnumCounters<LimitKind> limited, Runnable onTimeout) {
        this.timeoutMs = timeoutMs;
        this.place = place;
        this.limited = limited;
        this.onTimeout = onTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        timer = context.executor()
                .schedule(
                        () -> {
                            onTimeout.run();
                            context.close();
                        },
                        timeoutMs,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancelTimer();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelTimer();
        context.fireChannelInactive();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!refused && message instanceof ByteBuf bytes && !place.mayTake(bytes.readableBytes())) {
            refused = true;
            limited.increment(LimitKind.HANDSHAKE_BYTES);
            context.close();
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }
}
