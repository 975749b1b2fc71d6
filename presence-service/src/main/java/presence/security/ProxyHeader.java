package presence.security;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.metrics.EnumCounters;
import presence.model.Printable;

/**
 * Takes the client's address from a load balancer's PROXY header (version 1 or 2). The header is accepted from trusted
 * networks only; every other connection is closed, because a port that also accepted connections without the header
 * would let every client write its own. Placed directly after {@link #newDecoder()}; both remove themselves after the
 * header, and the remaining bytes pass on. On the channel's event loop.
 */
public final class ProxyHeader extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);

    /** Bound on the data after the addresses (TLS details, cloud ids): more than any balancer sends. */
    private static final int MAX_EXTRA_BYTES = 4_096;

    private final Networks trusted;
    private final ConnectionLimits.Place place;
    private final EnumCounters<Rejection> rejected;
    private final EnumCounters<LimitKind> limited;
    /** Bytes received before the refusal may still be decoded; their result is ignored. */
    private boolean refused;

    /**
     * @param trusted networks of load balancers
     * @param place of this connection, which is given the client's address
     */
    public ProxyHeader(
            Networks trusted,
            ConnectionLimits.Place place,
            EnumCounters<Rejection> rejected,
            EnumCounters<LimitKind> limited) {
        this.trusted = trusted;
        this.place = place;
        this.rejected = rejected;
        this.limited = limited;
    }

    /** Decodes the header from one or more reads, within its bound: 108 bytes in version 1. */
    public static ChannelHandler newDecoder() {
        return new HAProxyMessageDecoder(MAX_EXTRA_BYTES);
    }

    /** Refuses untrusted peers before the first read. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress peer = ClientAddress.of(context.channel());
        if (peer == null) {
            // Closed already, as in health checks that only connect.
            context.close();
        } else if (!trusted.contains(peer.getAddress())) {
            refuse(context, Rejection.UNTRUSTED_PROXY, "not from a trusted network");
        } else {
            context.fireChannelActive();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object arrived) {
        try {
            if (!refused && arrived instanceof HAProxyMessage header) {
                onHeader(context, header);
            }
        } finally {
            ReferenceCountUtil.release(arrived);
        }
    }

    private void onHeader(ChannelHandlerContext context, HAProxyMessage header) {
        if (hasClient(header)) {
            InetAddress source = address(header.sourceAddress());
            if (source == null) {
                refuse(context, Rejection.BAD_PROXY_HEADER, "not a client address");
                return;
            }
            ClientAddress.tell(context.channel(), new InetSocketAddress(source, header.sourcePort()));
            LimitKind exceeded = place.cameFrom(source);
            if (exceeded != null) {
                refused = true;
                limited.increment(exceeded);
                context.close();
                return;
            }
        }
        context.pipeline().remove(this);
    }

    /** False for a balancer's own health checks, and for connections from a Unix socket. */
    private static boolean hasClient(HAProxyMessage header) {
        return header.proxiedProtocol() == HAProxyProxiedProtocol.TCP4
                || header.proxiedProtocol() == HAProxyProxiedProtocol.TCP6;
    }

    private static @Nullable InetAddress address(@Nullable String text) {
        return text == null ? null : NetUtil.createInetAddressFromIpAddressString(text);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (refused) {
            return;
        }
        if (cause instanceof DecoderException) {
            Throwable reason = cause.getCause() == null ? cause : cause.getCause();
            refuse(context, Rejection.BAD_PROXY_HEADER, String.valueOf(reason.getMessage()));
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void refuse(ChannelHandlerContext context, Rejection reason, String detail) {
        refused = true;
        rejected.increment(reason);
        if (log.isDebugEnabled()) {
            log.debug(
                    "connection refused connection={} client={} detail={}",
                    context.channel().id(),
                    ClientAddress.text(context.channel()),
                    // It may contain bytes from the peer, at most a line of version 1.
                    Printable.of(detail));
        }
        context.close();
    }
}
