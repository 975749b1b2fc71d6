package presence.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.WebSocketReader;
import presence.wire.WireDecoder;
import presence.wire.WireException;

/** The end of the pipeline: bytes to messages, messages to the session, and whatever goes wrong to a close code. */
public final class ClientInboundHandler extends ChannelInboundHandlerAdapter implements WebSocketReader.Handler {
    private static final Logger log = LoggerFactory.getLogger(ClientInboundHandler.class);

    private final WireDecoder decoder;
    private final Function<ChannelHandlerContext, ClientConnection> sessions;
    /** Until it is used. */
    private @Nullable HandshakeResult arrival;

    private final ConnectionSweep sweep;
    private final WebSocketReader reader;
    private @Nullable ClientConnection session;

    ClientInboundHandler(
            WireDecoder decoder,
            int maxMessageBytes,
            Function<ChannelHandlerContext, ClientConnection> sessions,
            HandshakeResult arrival,
            ConnectionSweep sweep) {
        this.decoder = decoder;
        this.sessions = sessions;
        this.arrival = arrival;
        this.sweep = sweep;
        this.reader = new WebSocketReader(maxMessageBytes, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            // Gone while its handshake was being written: nobody would ever tell us.
            return;
        }
        HandshakeResult arrived = arrival;
        arrival = null;
        if (arrived == null) {
            throw new IllegalStateException("added twice");
        }
        ClientConnection opened = sessions.apply(context);
        session = opened;
        sweep.add(opened);
        try {
            opened.open(arrived);
        } catch (RuntimeException e) {
            // Netty would take this handler away, and nobody would notice the connection's end.
            exceptionCaught(context, e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object arrived) {
        try {
            ClientConnection client = session;
            if (client != null && arrived instanceof ByteBuf bytes) {
                if (client.arrived(bytes.readableBytes())) {
                    read(bytes, client);
                }
            }
        } finally {
            ReferenceCountUtil.release(arrived);
        }
    }

    private void read(ByteBuf bytes, ClientConnection client) {
        try {
            reader.read(bytes);
        } catch (WireException refused) {
            onRefused(refused);
        }
        if (!client.mayKeep(reader.keptBytes())) {
            reader.end();
            client.mayKeep(0);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (session != null) {
            session.readComplete();
        }
    }

    @Override
    public void onBinary(ByteBuf message) {
        ClientConnection client = session;
        if (client == null || !client.mayRead()) {
            // Only the answer to our close is still of interest.
            return;
        }
        try {
            client.onEvent(decoder.decode(message));
        } catch (WireException refused) {
            onRefused(refused);
        }
    }

    @Override
    public void onText() {
        if (session != null) {
            session.close(CloseReason.TEXT_FRAME, "a text frame");
        }
    }

    @Override
    public void onPing(ByteBuf payload) {
        if (session != null && session.mayRead()) {
            session.onPing(payload);
        }
    }

    @Override
    public void onPong() {
        if (session != null) {
            session.mayRead();
        }
    }

    @Override
    public void onClose(int code) {
        if (session != null) {
            session.onClientClose(code);
        }
    }

    private void onRefused(WireException refused) {
        ClientConnection client = session;
        ErrorCode error = refused.error();
        CloseReason close = refused.close();
        if (client == null) {
            return;
        }
        if (error != null) {
            client.refuse(error, refused.detail(), refused.requestId(), 0);
        } else if (close != null) {
            client.close(close, refused.detail());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        reader.end();
        ClientConnection client = session;
        if (client != null) {
            session = null;
            sweep.remove(client);
            client.onGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ClientConnection client = session;
        if (client == null || cause instanceof IOException) {
            // The peer reset the connection: daily life.
            context.close();
        } else {
            log.warn("connection failed connection={}", context.channel().id(), cause);
            client.close(CloseReason.INTERNAL, "unexpected failure");
        }
    }
}
