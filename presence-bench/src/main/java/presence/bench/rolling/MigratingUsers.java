package presence.bench.rolling;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import presence.proto.Join;

/** Users who stay while nodes restart, all on one event loop, which owns them. */
final class MigratingUsers implements AutoCloseable {
    /** First connections are opened in rounds, to avoid a storm. */
    private static final int PER_ROUND = 5;

    private static final long ROUND_MS = 10;

    private final URI url;
    private final int perBoard;
    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final RollingTally tally = new RollingTally();
    private final List<MigratingUser> users = new ArrayList<>();
    private int opened;
    private int moved;

    MigratingUsers(URI url, int boards, int perBoard) {
        this.url = url;
        this.perBoard = perBoard;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        loop = group.next();
        for (int i = 0; i < boards * perBoard; i++) {
            users.add(new MigratingUser(
                    "rolling-" + i % boards, "user-" + i, loop, tally, user -> join -> link(user, join)));
        }
    }

    private MigratingConnection link(MigratingUser user, Join join) {
        MigratingConnection link = new MigratingConnection(user, url, join);
        tally.opened(System.nanoTime());
        new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(link);
                    }
                })
                .connect(url.getHost(), url.getPort())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        link.end();
                    }
                });
        return link;
    }

    /** Connects and joins all users, and moves them at this rate from then on. */
    void open(double hz) {
        loop.scheduleAtFixedRate(this::openSome, 0, ROUND_MS, TimeUnit.MILLISECONDS);
        double perSecond = Math.max(0.1, hz) * users.size();
        loop.scheduleAtFixedRate(
                () -> users.get(moved++ % users.size()).move(), 0, (long) (1e9 / perSecond), TimeUnit.NANOSECONDS);
    }

    private void openSome() {
        for (int i = 0; i < PER_ROUND && opened < users.size(); i++) {
            users.get(opened++).open();
        }
    }

    /** Returns whether all users have joined and are shown all others. */
    boolean isComplete() {
        return ask(() -> users.stream().allMatch(user -> user.isJoined() && user.membersShown() == perBoard));
    }

    long joined() {
        return ask(() -> users.stream().filter(MigratingUser::isJoined).count());
    }

    void settle() {
        ask(() -> {
            users.forEach(MigratingUser::settle);
            return true;
        });
    }

    /** Returns what happened since the last call. */
    RollingReport report() {
        return ask(() -> {
            RollingReport report = tally.report();
            tally.forget();
            return report;
        });
    }

    private <T> T ask(Callable<T> question) {
        return loop.submit(question).syncUninterruptibly().getNow();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
