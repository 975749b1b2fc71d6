package presence.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Reads the kernel's values of a TCP connection ({@code TCP_INFO}, see tcp(7)): a system call of about a microsecond,
 * made once per connection, at most once a second while frames are sent, and for slow readers before each frame. Behind
 * a load balancer it is the connection to the load balancer. Event loop only.
 */
final class TcpLink implements LinkPacer.Link {
    /** Shared by the connections of a loop: filled and read within one call. */
    private static final FastThreadLocal<EpollTcpInfo> INFO = new FastThreadLocal<>() {
        @Override
        protected EpollTcpInfo initialValue() {
            return new EpollTcpInfo();
        }
    };

    private final EpollSocketChannel channel;
    private long unackedPackets;
    private long rttMicros;

    private TcpLink(EpollSocketChannel channel) {
        this.channel = channel;
    }

    /** Null if the transport has no {@code TCP_INFO}. */
    static @Nullable TcpLink of(Channel channel) {
        return channel instanceof EpollSocketChannel socket ? new TcpLink(socket) : null;
    }

    @Override
    public boolean read() {
        EpollTcpInfo info = INFO.get();
        try {
            channel.tcpInfo(info);
        } catch (ChannelException e) {
            // Closed meanwhile.
            return false;
        }
        unackedPackets = info.unacked();
        rttMicros = info.rtt();
        return true;
    }

    @Override
    public long unackedPackets() {
        return unackedPackets;
    }

    @Override
    public long rttMicros() {
        return rttMicros;
    }
}
