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
import presence.ops.StreamedReply;

/**
 * Times out a connection to the operators' port: for the first request to arrive, for the rest of a request that has
 * begun, for a response to be read, and between requests. The time to compute a response does not count. Behind the
 * codec; on the channel's event loop.
 */
final class OpsConnection extends ChannelDuplexHandler {
    /** Longer than the keep-alive of most programs and the usual scrape interval of Prometheus. */
    private static final long IDLE_MS = 75_000;

    private final Set<OpsConnection> waiting;
    private final long timeoutMs;
    private final EnumCounters<OpsLimit> limited;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timer;

    /**
     * @param waiting holds this while it waits for its client
     * @param timeoutMs for a request to arrive, and for a response to be read
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
        if (message instanceof StreamedReply) {
            // Its content times out by itself.
            stopWaiting();
            writing.write(message, promise);
        } else if (message instanceof HttpResponse) {
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

    /** The client's IP address; without one, a value that no other connection has. */
    Object address() {
        return context != null && context.channel().remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : this;
    }

    /** Closes the connection. */
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
