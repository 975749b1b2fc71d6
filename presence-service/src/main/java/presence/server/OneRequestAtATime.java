package presence.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Bounds what a client that reads no answers makes this node keep to one answer. A request passes when the answer to
 * the one before is written to the socket; until then nothing is read. A client that has sent more by then is closed
 * behind that answer, and so is one whose request was answered before it was complete. No browser does either.
 *
 * <p>Stands right behind the HTTP codec, before {@link io.netty.handler.codec.http.HttpObjectAggregator}, which
 * answers by itself what is too large. On the channel's event loop.
 */
final class OneRequestAtATime extends ChannelDuplexHandler {
    /** A request has passed and its answer is not written. */
    private boolean answering;
    /** All of that request has passed. */
    private boolean complete;
    /** Another request came meanwhile: from then on nothing passes. */
    private boolean pressed;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpObject)) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpRequest) {
            pressed |= answering;
            answering = true;
            complete = false;
        }
        if (pressed) {
            ReferenceCountUtil.release(message);
            context.channel().config().setAutoRead(false);
            return;
        }
        complete |= message instanceof LastHttpContent;
        context.fireChannelRead(message);
        // Removed: the request made it a WebSocket.
        if (answering && complete && !context.isRemoved()) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            context.write(message, promise.unvoid().addListener(written -> onAnswered(context, written.isSuccess())));
        } else {
            context.write(message, promise);
        }
    }

    private void onAnswered(ChannelHandlerContext context, boolean isWritten) {
        if (!isWritten || pressed || !complete) {
            context.close();
        } else {
            answering = false;
            context.channel().config().setAutoRead(true);
        }
    }
}
