package presence.bench.attack;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A running attack on one event loop. */
final class AttackRun {
    /** Connections being opened at a time. */
    private static final int CONNECTING = 256;

    private static final int LEAST_BUFFER = 4_096;
    private static final long AGAIN_AFTER_MS = 50;
    private final Attack attack;
    private final AttackTarget target;
    private final int wanted;
    private final Runnable onFirst;
    private final AttackTally tally = new AttackTally();
    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group;
    private int made;
    private int open;
    private int connecting;

    /**
     * @param wanted number of connections to hold
     * @param onFirst called when the first one is open
     */
    AttackRun(Attack attack, AttackTarget target, int wanted, Runnable onFirst) {
        this.attack = attack;
        this.target = target;
        this.wanted = wanted;
        this.onFirst = onFirst;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
    }

    void start() {
        group.execute(this::fill);
    }

    /** Returns the report so far. */
    AttackReport report() {
        return group.submit(tally::report).syncUninterruptibly().getNow();
    }

    private void fill() {
        while (open + connecting < wanted && connecting < CONNECTING) {
            connecting++;
            connect(made++);
        }
    }

    private void connect(int number) {
        AttackConnection connection = new AttackConnection(number, attack, target, tally, this::gone);
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        // Before the attack begins, as it may close the connection at once.
                        channel.pipeline().addLast(connection);
                    }
                });
        if (!attack.reads()) {
            bootstrap.option(ChannelOption.SO_RCVBUF, LEAST_BUFFER);
        }
        if (epoll) {
            bootstrap
                    .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                    // Ports of one address may be exhausted by closed connections in TIME_WAIT.
                    .localAddress(new InetSocketAddress("127.0.0." + (2 + number % attack.addresses()), 0));
        }
        bootstrap
                .connect(
                        target.url().getHost(),
                        attack.isForOperators()
                                ? target.opsPort()
                                : target.url().getPort())
                .addListener(done -> connected(done.isSuccess()));
    }

    private void connected(boolean success) {
        connecting--;
        if (!success) {
            tally.refused++;
            group.schedule(this::fill, AGAIN_AFTER_MS, TimeUnit.MILLISECONDS);
            return;
        }
        if (tally.connections++ == 0) {
            onFirst.run();
        }
        open++;
        fill();
    }

    private void gone() {
        open--;
        group.execute(this::fill);
    }
}
