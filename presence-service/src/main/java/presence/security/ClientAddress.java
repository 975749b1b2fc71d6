package presence.security;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Returns the address of a client: from the load balancer's {@link ProxyHeader}, else from the socket. */
public final class ClientAddress {
    private static final AttributeKey<InetSocketAddress> TOLD = AttributeKey.valueOf(ClientAddress.class, "told");

    private ClientAddress() {}

    /** Any thread. Null if the connection closed before the first call, or is not an IP connection. */
    public static @Nullable InetSocketAddress of(Channel channel) {
        // Checked first: attr() would create the attribute.
        if (channel.hasAttr(TOLD)) {
            return channel.attr(TOLD).get();
        }
        return channel.remoteAddress() instanceof InetSocketAddress socket ? socket : null;
    }

    /** The address as logs show it: {@code 192.0.2.7:4711}, {@code [2001:db8::7]:4711} or {@code unknown}. */
    public static String text(Channel channel) {
        InetSocketAddress address = of(channel);
        return address == null ? "unknown" : NetUtil.toSocketAddressString(address);
    }

    static void tell(Channel channel, InetSocketAddress address) {
        channel.attr(TOLD).set(address);
    }
}
