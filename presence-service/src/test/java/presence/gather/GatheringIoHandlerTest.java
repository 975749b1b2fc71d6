package presence.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets on a real epoll loop: input may wait, and none is lost. */
@SuppressWarnings("NullAway.Init") // set up before each test
class GatheringIoHandlerTest {
    private static final long SECONDS = 30;
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private MultiThreadIoEventLoopGroup loops;
    private Channel server;

    @BeforeEach
    void start() {
        Assumptions.assumeThat(Epoll.isAvailable()).isTrue();
        loops = new MultiThreadIoEventLoopGroup(1, GatheringIoHandler.newFactory());
    }

    @AfterEach
    void stop() {
        if (loops != null) {
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /** Both ends of one connection. */
    private static final class Connection {
        final CompletableFuture<Channel> opened = new CompletableFuture<>();
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        final BlockingQueue<Byte> read = new LinkedBlockingQueue<>();
        private @Nullable Socket client;

        Socket client() {
            if (client == null) {
                throw new IllegalStateException("not connected");
            }
            return client;
        }

        Channel channel() throws Exception {
            return opened.get(SECONDS, TimeUnit.SECONDS);
        }

        void send(int value) throws IOException {
            client().getOutputStream().write(value);
        }

        void sendAndAwait(int value) throws Exception {
            send(value);
            assertThat(read.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo((byte) value);
        }

        <T> T onLoop(Callable<T> task) throws Exception {
            return channel().eventLoop().submit(task).get(SECONDS, TimeUnit.SECONDS);
        }

        GatheredSocket socket() throws Exception {
            GatheredSocket socket = onLoop(() -> GatheringIoHandler.socketOf(channel()));
            assertThat(socket).isNotNull();
            return socket;
        }

        void mayWait(long nanos) throws Exception {
            GatheredSocket socket = socket();
            onLoop(() -> {
                socket.mayWait(nanos);
                return nanos;
            });
        }

        boolean isGathered() throws Exception {
            GatheredSocket socket = socket();
            return onLoop(socket::isGathered);
        }

        void awaitGathered(boolean expected) {
            Awaitility.await().atMost(SECONDS, TimeUnit.SECONDS).until(this::isGathered, is -> is == expected);
        }

        /** Input that arrives while it may wait moves it to the second set. */
        void gather() throws Exception {
            mayWait(LONG);
            sendAndAwait(1);
            assertThat(isGathered()).isTrue();
        }
    }

    private Connection connect() throws Exception {
        Connection connection = new Connection();
        server = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        connection.opened.complete(context.channel());
                    }

                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ByteBuf bytes = (ByteBuf) message;
                        while (bytes.isReadable()) {
                            connection.read.add(bytes.readByte());
                        }
                        bytes.release();
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        connection.closed.complete(null);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        connection.client =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort());
        connection.client.setTcpNoDelay(true);
        connection.client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
        return connection;
    }

    @Test
    void inputOfASocketThatMayWaitIsReadInTheEnd() throws Exception {
        Connection one = connect();
        one.gather();
        for (int i = 0; i < 100; i++) {
            one.sendAndAwait(i);
        }
        assertThat(one.isGathered()).isTrue();
    }

    @Test
    void aSocketWakesTheLoopAgainWhenItsTimeIsOverAndMayWaitOnceMore() throws Exception {
        Connection one = connect();
        for (int cycle = 0; cycle < 3; cycle++) {
            one.gather();
            one.mayWait(0);
            one.awaitGathered(false);
            one.sendAndAwait(cycle);
            assertThat(one.isGathered()).isFalse();
        }
    }

    @Test
    void aGatheredSocketIsNotReadWhileItsChannelDoesNotWantTo() throws Exception {
        Connection paused = connect();
        Connection other = connect();
        paused.gather();
        other.gather();
        paused.onLoop(() -> paused.channel().config().setAutoRead(false));
        paused.send(7);
        // Both sockets are polled together.
        for (int i = 0; i < 10; i++) {
            other.sendAndAwait(i);
        }
        assertThat(paused.read).isEmpty();
        paused.onLoop(() -> paused.channel().config().setAutoRead(true));
        assertThat(paused.read.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo((byte) 7);
    }

    @Test
    void theEndOfAGatheredSocketIsNoticed() throws Exception {
        Connection one = connect();
        Connection other = connect();
        one.gather();
        other.gather();
        one.client().close();
        one.closed.get(SECONDS, TimeUnit.SECONDS);
        other.sendAndAwait(3);
    }

    @Test
    void theRestOfALongAnswerOfAGatheredSocketIsWritten() throws Exception {
        Connection one = connect();
        one.gather();
        int size = 16 << 20;
        one.channel().writeAndFlush(one.channel().alloc().buffer(size).writeZero(size));
        InputStream in = one.client().getInputStream();
        byte[] some = new byte[1 << 16];
        int received = 0;
        while (received < size) {
            int more = in.read(some);
            assertThat(more).isPositive();
            received += more;
        }
        one.sendAndAwait(4);
    }

    @Test
    void aSocketWithManyMessagesIsGatheredUnasked() throws Exception {
        Connection one = connect();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!one.isGathered() && System.nanoTime() < deadline) {
            for (int i = 0; i < 64; i++) {
                one.sendAndAwait(i);
            }
        }
        assertThat(one.isGathered()).isTrue();
    }
}
