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
 * Closes a connection that has not completed its WebSocket handshake in time, or whose handshake exceeds the bound on
 * bytes. First in the pipeline, to see the connection before any byte; removed after the handshake.
 *
 * <p>Each connection has its own timer. It measures the time since the connect, not silence, so it also fires on an
 * event loop that is late: a loop delayed by handshakes must end them.
 */
final class HandshakeBounds extends ChannelInboundHandlerAdapter {
    private final long timeoutMs;
    private final ConnectionLimits.Place place;
    private final EnumCounters<LimitKind> limited;
    private final Runnable onTimeout;
    private @Nullable Future<?> timer;
    private boolean refused;

    /** @param onTimeout counts timeouts */
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
