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
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import presence.proto.Join;

/** Users who stay while nodes restart, all on one event loop, which owns them. */
final class MigratingUsers implements AutoCloseable {
    /** First connections are opened in rounds, to avoid a storm. */
    private static final int PER_ROUND = 5;

    private static final long ROUND_MS = 10;

    private final URI url;
    private final boolean affinity;
    private final int perBoard;
    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final RollingTally tally = new RollingTally();
    private final List<MigratingUser> users = new ArrayList<>();
    private int opened;
    private int moved;

    MigratingUsers(URI url, int boards, int perBoard) {
        this(url, false, boards, perBoard);
    }

    /** @param affinity whether the address of each connection names its board, as a hint for the load balancer */
    MigratingUsers(URI url, boolean affinity, int boards, int perBoard) {
        this.url = url;
        this.affinity = affinity;
        this.perBoard = perBoard;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        loop = group.next();
        for (int i = 0; i < boards * perBoard; i++) {
            users.add(new MigratingUser(
                    "rolling-" + i % boards, "user-" + i, loop, tally, user -> join -> link(user, join)));
        }
        // People come in no order. In one, a balancer that takes nodes in turn could give each board a node of its own.
        Collections.shuffle(users, new Random(1));
    }

    private MigratingConnection link(MigratingUser user, Join join) {
        URI address = affinity ? URI.create(url + "?board=" + join.getBoard()) : url;
        MigratingConnection link = new MigratingConnection(user, address, join);
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

    /** Has every {@code step}-th user open another connection that replaces its present one. */
    void reconnectEvery(int step) {
        ask(() -> {
            for (int i = 0; i < users.size(); i += step) {
                users.get(i).open();
            }
            return true;
        });
    }

    /** Returns whether no user is opening a connection. */
    boolean isQuiet() {
        return ask(() -> users.stream().noneMatch(MigratingUser::isOpening));
    }

    /** Returns the number of joined users by the id of their node. */
    Map<String, Long> usersByNode() {
        return ask(() -> users.stream().collect(Collectors.groupingBy(MigratingUser::node, Collectors.counting())));
    }

    /** Returns the number of nodes that a board's users are on, the mean of all boards. */
    double nodesPerBoard() {
        return ask(() -> {
            Map<String, Set<String>> nodes = new HashMap<>();
            users.forEach(user -> nodes.computeIfAbsent(user.board(), board -> new HashSet<>())
                    .add(user.node()));
            return nodes.values().stream().mapToInt(Set::size).average().orElse(0);
        });
    }

    /** Returns the positions that were shown to users since the start. */
    long positions() {
        return ask(tally::positions);
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
