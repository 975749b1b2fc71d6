package presence.bench.swarm;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens the connections of a swarm. */
final class Connector {
    private final boolean epoll = Epoll.isAvailable();
    /** Null: no TLS. Trusts any certificate: validation is not measured. */
    private final @Nullable SslContext tls;

    Connector(boolean withTls) {
        tls = withTls ? tls() : null;
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS is not available", e);
        }
    }

    MultiThreadIoEventLoopGroup loops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** @param onFailed called with the reason if there is no connection */
    void connect(EventLoop loop, URI url, ChannelHandler user, Consumer<String> onFailed) {
        new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(user);
                    }
                })
                .connect(url.getHost(), port(url))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        onFailed.accept(String.valueOf(done.cause().getMessage()));
                    }
                });
    }

    private static int port(URI url) {
        int standard = url.getScheme().equals("wss") ? 443 : 80;
        return url.getPort() < 0 ? standard : url.getPort();
    }
}
