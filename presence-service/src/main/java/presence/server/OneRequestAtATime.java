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
import presence.ops.StreamedReply;

/**
 * Bounds the buffered responses of a client that does not read to one. A request passes when the response to the
 * previous one is written to the socket; until then nothing is read. A client that has pipelined another request by
 * then is closed after that response, and so is one whose request was answered before it was complete. No browser does
 * either.
 *
 * <p>Placed directly after the HTTP codec, before {@link io.netty.handler.codec.http.HttpObjectAggregator}, which
 * itself responds to oversized requests. On the channel's event loop.
 */
final class OneRequestAtATime extends ChannelDuplexHandler {
    /** A request has passed and its response is not written. */
    private boolean answering;
    /** All of that request has passed. */
    private boolean complete;
    /** Another request arrived meanwhile: nothing passes from then on. */
    private boolean pipelined;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpObject)) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpRequest) {
            pipelined |= answering;
            answering = true;
            complete = false;
        }
        if (pipelined) {
            ReferenceCountUtil.release(message);
            context.channel().config().setAutoRead(false);
            return;
        }
        complete |= message instanceof LastHttpContent;
        context.fireChannelRead(message);
        // Removed if the request was a WebSocket handshake.
        if (answering && complete && !context.isRemoved()) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        // A streamed reply ends with its connection: no other request passes.
        if (message instanceof HttpResponse response
                && !(message instanceof StreamedReply)
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            context.write(message, promise.unvoid().addListener(written -> onAnswered(context, written.isSuccess())));
        } else {
            context.write(message, promise);
        }
    }

    private void onAnswered(ChannelHandlerContext context, boolean isWritten) {
        if (!isWritten || pipelined || !complete) {
            context.close();
        } else {
            answering = false;
            context.channel().config().setAutoRead(true);
        }
    }
}
