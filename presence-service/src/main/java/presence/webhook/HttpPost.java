package presence.webhook;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Sends a POST on a connection of its own to the address that was checked, so that a name that resolves to another
 * address a moment later leads nowhere. Follows no redirect and reads no body. Thread-safe.
 */
final class HttpPost implements AutoCloseable {
    /** Fails with a message for operators, without a stack trace. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final Predicate<InetAddress> allowed;
    private final int timeoutMs;
    private final SslContext tls;
    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, HttpPost::newThread, NioIoHandler.newFactory());
    private final ExecutorService names = Executors.newCachedThreadPool(HttpPost::newThread);

    /**
     * @param allowed the addresses that may be connected to
     * @param timeoutMs time for the whole exchange
     */
    HttpPost(Predicate<InetAddress> allowed, int timeoutMs) {
        this(allowed, timeoutMs, SslContextBuilder.forClient());
    }

    /** @param trust whose certificates are accepted; by default those of the JDK's authorities */
    HttpPost(Predicate<InetAddress> allowed, int timeoutMs, SslContextBuilder trust) {
        this.allowed = allowed;
        this.timeoutMs = timeoutMs;
        try {
            tls = trust.sslProvider(SslProvider.JDK).build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS client", e);
        }
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "presence-webhook");
        thread.setDaemon(true);
        return thread;
    }

    /** Sends the request and returns the response. */
    CompletionStage<Reply> send(URI url, Map<String, String> headers, String body) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        CompletableFuture.supplyAsync(() -> resolve(url.getHost()), names)
                .thenAccept(address -> connect(url, address, headers, body, reply))
                .exceptionally(failure -> {
                    reply.completeExceptionally(failure);
                    return null;
                });
        // The name lookup has no timeout of its own.
        return reply.orTimeout(timeoutMs, TimeUnit.MILLISECONDS);
    }

    private InetAddress resolve(String host) {
        List<InetAddress> all;
        try {
            String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            all = List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            throw new CompletionException(new RefusedException("unknown host"));
        }
        return all.stream()
                .filter(allowed)
                .findFirst()
                .orElseThrow(() -> new CompletionException(new RefusedException(
                        "the host resolves to a private address, which PRESENCE_WEBHOOK_ADDRESSES=any allows")));
    }

    private void connect(
            URI url, InetAddress address, Map<String, String> headers, String body, CompletableFuture<Reply> reply) {
        boolean secure = "https".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (secure) {
                            channel.pipeline().addLast(tlsHandler(channel, url.getHost(), port));
                        }
                        channel.pipeline().addLast(new HttpClientCodec(), new Answer(reply));
                    }
                });
        bootstrap.connect(new InetSocketAddress(address, port)).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                Channel channel = connected.channel();
                reply.whenComplete((done, failure) -> channel.close());
                channel.writeAndFlush(request(url, port, headers, body));
            } else {
                reply.completeExceptionally(connected.cause());
            }
        });
    }

    private SslHandler tlsHandler(Channel channel, String host, int port) {
        SslHandler handler = tls.newHandler(channel.alloc(), host, port);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    private static DefaultFullHttpRequest request(URI url, int port, Map<String, String> headers, String body) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        ByteBuf content = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, target, content);
        request.headers()
                .set(HttpHeaderNames.HOST, url.getPort() >= 0 ? url.getHost() + ":" + port : url.getHost())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close")
                .set(HttpHeaderNames.USER_AGENT, "presence-service");
        headers.forEach((name, value) -> request.headers().set(name, value));
        return request;
    }

    @Override
    public void close() {
        names.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Takes the head of the response; the body is not read. */
    private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
        private final CompletableFuture<Reply> reply;

        Answer(CompletableFuture<Reply> reply) {
            this.reply = reply;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response && response.status().code() >= 200) {
                reply.complete(
                        new Reply(response.status().code(), response.headers().get(HttpHeaderNames.RETRY_AFTER, "")));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            reply.completeExceptionally(new RefusedException("the connection was closed without a response"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            boolean isWrapped = cause instanceof DecoderException && cause.getCause() != null;
            reply.completeExceptionally(isWrapped ? cause.getCause() : cause);
            context.close();
        }
    }
}
