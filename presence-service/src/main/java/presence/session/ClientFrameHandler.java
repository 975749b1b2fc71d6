package presence.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.WireDecoder;
import presence.wire.WireException;

/** The end of the pipeline: WebSocket messages to the session, and whatever goes wrong to a close code. */
public final class ClientFrameHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Logger log = LoggerFactory.getLogger(ClientFrameHandler.class);

    private final WireDecoder decoder;
    private final Function<ChannelHandlerContext, ClientSession> sessions;
    private final ConnectionSweep sweep;
    private @Nullable ClientSession session;

    ClientFrameHandler(
            WireDecoder decoder, Function<ChannelHandlerContext, ClientSession> sessions, ConnectionSweep sweep) {
        this.decoder = decoder;
        this.sessions = sessions;
        this.sweep = sweep;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            // Gone while its handshake was being written: nobody would ever tell us.
            return;
        }
        ClientSession opened = sessions.apply(context);
        session = opened;
        sweep.add(opened);
        opened.open();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        ClientSession client = session;
        if (client == null) {
            return;
        }
        client.heard();
        if (frame instanceof CloseWebSocketFrame close) {
            client.onClientClose(close);
        } else if (client.isClosing()) {
            // Only the answer to our close is still of interest.
            return;
        } else if (frame instanceof BinaryWebSocketFrame) {
            onMessage(client, frame);
        } else if (frame instanceof PingWebSocketFrame) {
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), context.voidPromise());
        } else if (!(frame instanceof PongWebSocketFrame)) {
            client.close(CloseReason.TEXT_FRAME, "a text frame");
        }
    }

    private void onMessage(ClientSession client, WebSocketFrame frame) {
        try {
            client.onEvent(decoder.decode(frame.content()));
        } catch (WireException refused) {
            ErrorCode error = refused.error();
            CloseReason close = refused.close();
            if (error != null) {
                client.refuse(error, refused.detail(), refused.requestId(), 0);
            } else if (close != null) {
                client.close(close, refused.detail());
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (session != null) {
            session.onWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ClientSession client = session;
        if (client != null) {
            session = null;
            sweep.remove(client);
            client.onGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ClientSession client = session;
        if (client == null || cause instanceof IOException) {
            // The peer reset the connection: daily life.
            context.close();
        } else if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            boolean tooBig = corrupted.closeStatus().code() == CloseReason.TOO_BIG.code();
            client.close(tooBig ? CloseReason.TOO_BIG : CloseReason.PROTOCOL_ERROR, "broken WebSocket frame");
        } else if (cause instanceof TooLongFrameException) {
            client.close(CloseReason.TOO_BIG, "message too long");
        } else {
            log.warn("connection failed connection={}", context.channel().id(), cause);
            client.close(CloseReason.INTERNAL, "unexpected failure");
        }
    }
}
