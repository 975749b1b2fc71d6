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
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.WebSocketReader;
import presence.wire.WireDecoder;
import presence.wire.WireException;

/** Ends the pipeline: reads bytes to messages within the budget, passes them to the connection, and failures on as close codes. */
public final class ClientInboundHandler extends ChannelInboundHandlerAdapter implements WebSocketReader.Handler {
    private static final Logger log = LoggerFactory.getLogger(ClientInboundHandler.class);

    private final WireDecoder decoder;
    /** Both null once the connection is open. */
    private @Nullable Function<ChannelHandlerContext, ClientConnection> connections;

    private @Nullable HandshakeResult handshake;

    private final ConnectionSweep sweep;
    private final HeartbeatReads heartbeatReads;
    private final WebSocketReader reader;
    private @Nullable ClientConnection connection;
    /** What the present read has brought so far. */
    private boolean heartbeat;

    private boolean otherFrame;

    ClientInboundHandler(
            WireDecoder decoder,
            int maxMessageBytes,
            Function<ChannelHandlerContext, ClientConnection> connections,
            HandshakeResult handshake,
            ConnectionSweep sweep,
            HeartbeatReads heartbeatReads) {
        this.decoder = decoder;
        this.connections = connections;
        this.handshake = handshake;
        this.sweep = sweep;
        this.heartbeatReads = heartbeatReads;
        this.reader = new WebSocketReader(maxMessageBytes, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            // Closed while its handshake was being written: channelInactive has fired already.
            return;
        }
        HandshakeResult result = handshake;
        Function<ChannelHandlerContext, ClientConnection> opener = connections;
        handshake = null;
        connections = null;
        if (result == null || opener == null) {
            throw new IllegalStateException("added twice");
        }
        ClientConnection opened = opener.apply(context);
        connection = opened;
        sweep.add(opened);
        try {
            opened.open(result);
        } catch (RuntimeException e) {
            // Netty would remove this handler, and channelInactive would not be handled.
            exceptionCaught(context, e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            ClientConnection client = connection;
            if (client != null && message instanceof ByteBuf bytes) {
                client.onArrived(bytes.readableBytes());
                if (client.inbound().arrived(bytes.readableBytes())) {
                    read(bytes, client.inbound());
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ByteBuf bytes, InboundBudget budget) {
        try {
            reader.read(bytes);
        } catch (WireException refused) {
            onRefused(refused);
        }
        if (!budget.mayKeep(reader.keptBytes())) {
            reader.end();
            budget.mayKeep(0);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (heartbeat && !otherFrame) {
            heartbeatReads.add();
        }
        heartbeat = false;
        otherFrame = false;
        if (connection != null) {
            connection.readComplete();
        }
    }

    @Override
    public void onBinary(ByteBuf message) {
        ClientConnection client = connection;
        if (client == null || !client.inbound().mayRead()) {
            // While closing only the reply to the close frame is read.
            return;
        }
        try {
            ClientEvent event = decoder.decode(message);
            note(event instanceof ClientEvent.Heartbeat);
            client.onEvent(event);
        } catch (WireException refused) {
            onRefused(refused);
        }
    }

    private void note(boolean isHeartbeat) {
        if (isHeartbeat) {
            heartbeat = true;
        } else {
            otherFrame = true;
        }
    }

    @Override
    public void onText() {
        note(false);
        if (connection != null) {
            connection.close(CloseReason.TEXT_FRAME, "a text frame");
        }
    }

    @Override
    public void onPing(ByteBuf payload) {
        note(true);
        if (connection != null && connection.inbound().mayRead()) {
            connection.onPing(payload);
        }
    }

    @Override
    public void onPong() {
        note(true);
        if (connection != null) {
            connection.inbound().mayRead();
        }
    }

    @Override
    public void onClose(int code) {
        note(false);
        if (connection != null) {
            connection.onClientClose(code);
        }
    }

    private void onRefused(WireException refused) {
        note(false);
        ClientConnection client = connection;
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
        ClientConnection client = connection;
        if (client != null) {
            connection = null;
            sweep.remove(client);
            client.onGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ClientConnection client = connection;
        if (client == null || cause instanceof IOException) {
            // Connection reset by peer: expected.
            context.close();
        } else {
            log.warn("connection failed connection={}", context.channel().id(), cause);
            client.close(CloseReason.INTERNAL, "unexpected failure");
        }
    }
}
