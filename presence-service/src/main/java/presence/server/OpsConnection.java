package presence.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.metrics.EnumCounters;
import presence.ops.OpsLimit;

/**
 * One connection to the operators' port, and its time: for the first request to arrive, for the rest of one that has
 * begun, for an answer to be read, and between requests. What an answer takes to be made is not counted. Behind the
 * codec; on the channel's event loop.
 */
final class OpsConnection extends ChannelDuplexHandler {
    /** Longer than most programs keep a connection for the next request, and than Prometheus' usual interval. */
    private static final long IDLE_MS = 75_000;

    private final Set<OpsConnection> waiting;
    private final long timeoutMs;
    private final EnumCounters<OpsLimit> limited;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timer;

    /**
     * @param waiting where this is as long as it waits for its client
     * @param timeoutMs for a request to arrive, and for an answer to be read
     */
    OpsConnection(Set<OpsConnection> waiting, long timeoutMs, EnumCounters<OpsLimit> limited) {
        this.waiting = waiting;
        this.timeoutMs = timeoutMs;
        this.limited = limited;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        await(timeoutMs);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof LastHttpContent) {
            stopWaiting();
        } else if (message instanceof HttpRequest) {
            await(timeoutMs);
        }
        reading.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse) {
            await(timeoutMs);
            writing.write(message, promise.unvoid().addListener(written -> {
                if (written.isSuccess()) {
                    await(IDLE_MS);
                }
            }));
        } else {
            writing.write(message, promise);
        }
    }

    private void await(long ms) {
        stopWaiting();
        ChannelHandlerContext current = context;
        if (current == null || !current.channel().isOpen()) {
            return;
        }
        waiting.add(this);
        timer = current.executor().schedule(this::onTimeout, ms, TimeUnit.MILLISECONDS);
    }

    private void stopWaiting() {
        waiting.remove(this);
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void onTimeout() {
        limited.increment(OpsLimit.TIMEOUT);
        end();
    }

    /** Where it comes from: an IP address, or nothing that another has. */
    Object address() {
        return context != null && context.channel().remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : this;
    }

    /** Closes it. */
    void end() {
        stopWaiting();
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        stopWaiting();
        gone.fireChannelInactive();
    }
}
