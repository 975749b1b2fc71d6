package presence.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Many users on many boards, on a few event loops. */
final class Swarm implements User.Fate, AutoCloseable {
    private static final int GOODBYE_SECONDS = 5;

    private final SwarmPlan plan;
    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll = Epoll.isAvailable();
    /** Null: plain. Trusts anybody: whether a certificate is right is nothing to measure. */
    private final @Nullable SslContext tls;

    private final List<LoopState> loops = new ArrayList<>();
    private final List<SwarmBoard> boards = new ArrayList<>();
    /** Every place on every board, by who is in it now. */
    private final User[] users;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger joined = new AtomicInteger();
    private final AtomicInteger rejoins = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
    private volatile boolean opening = true;
    private volatile @Nullable CountDownLatch closing;

    Swarm(SwarmPlan plan) {
        this.plan = plan;
        tls = plan.urls().get(0).getScheme().equals("wss") ? tls() : null;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(plan.threads(), io);
        for (EventExecutor executor : group) {
            loops.add(new LoopState((EventLoop) executor, plan.patienceNanos()));
        }
        for (int board = 0; board < plan.boards(); board++) {
            boards.add(new SwarmBoard(plan.prefix() + board, plan.users()));
        }
        users = new User[plan.everybody()];
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS here", e);
        }
    }

    /** Begins to connect everybody, so many at a time. */
    void open() {
        for (int i = 0; i < Math.min(plan.connecting(), users.length); i++) {
            connectNext();
        }
    }

    private void connectNext() {
        int place = next.getAndIncrement();
        if (place < users.length) {
            connect(place);
        }
    }

    private static int port(URI url) {
        int standard = url.getScheme().equals("wss") ? 443 : 80;
        return url.getPort() < 0 ? standard : url.getPort();
    }

    private User connect(int place) {
        // Board by board in turn, so that all boards grow together as they would.
        SwarmBoard board = boards.get(place % boards.size());
        int index = place / boards.size();
        // Each board's users on all nodes, and all nodes with as many users.
        URI url = plan.urls().get((index + place % boards.size()) % plan.urls().size());
        LoopState loop = loops.get(place % loops.size());
        boolean checks = index % plan.checkEvery() == 0;
        User user = new User(board, index, url, loop, this, checks);
        users[place] = user;
        new Bootstrap()
                .group(loop.loop)
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
                        failed(user, String.valueOf(done.cause().getMessage()));
                    }
                });
        return user;
    }

    @Override
    public void joined(User user) {
        if (joined.incrementAndGet() > users.length) {
            rejoins.incrementAndGet();
        }
        if (opening) {
            connectNext();
        }
    }

    @Override
    public void failed(User user, String why) {
        failures.incrementAndGet();
        reasons.merge(why, 1, Integer::sum);
        if (opening) {
            connectNext();
        }
    }

    @Override
    public void left(User user) {
        CountDownLatch latch = closing;
        if (latch != null) {
            latch.countDown();
        }
    }

    int joinedCount() {
        return joined.get();
    }

    int rejoinCount() {
        return rejoins.get();
    }

    int failureCount() {
        return failures.get();
    }

    Map<String, Integer> reasons() {
        return Map.copyOf(reasons);
    }

    boolean isOpen() {
        return joined.get() + failures.get() >= users.length;
    }

    /** Everybody moves, some stall, some come and go, as planned. */
    void start() {
        opening = false;
        int stalled = (int) Math.round(plan.stalled() * users.length);
        for (LoopState loop : loops) {
            List<User> own =
                    List.of(users).stream().filter(user -> user.loop() == loop).toList();
            loop.loop.execute(() -> loop.start(own, plan.hz(), plan.movers()));
        }
        for (int i = 0; i < stalled; i++) {
            User user = users[(int) ((long) i * users.length / stalled)];
            user.loop().loop.execute(user::stall);
        }
        if (plan.churn() > 0) {
            long everyMicros = Math.max(1, (long) (1_000_000 / plan.churn()));
            loops.get(0).loop.scheduleAtFixedRate(this::replaceOne, everyMicros, everyMicros, TimeUnit.MICROSECONDS);
        }
    }

    private void replaceOne() {
        int place = ThreadLocalRandom.current().nextInt(users.length);
        User before = users[place];
        if (opening || !before.isOnBoard()) {
            return;
        }
        User after = connect(place);
        before.loop().loop.execute(before::leave);
        for (LoopState loop : loops) {
            loop.loop.execute(() -> loop.replace(before, after));
        }
    }

    /** Nobody moves, comes or goes any more. */
    void stop() {
        opening = true;
        onEachLoop(LoopState::stop);
    }

    /** Counting begins anew. */
    void forget() {
        onEachLoop(loop -> loop.tally.forget());
    }

    /** What the whole swarm counted. */
    Tally tally() {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> sum.add(loop.tally));
        return sum;
    }

    /** The ages seen since the last call. */
    Tally recent() {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> {
            sum.add(loop.tally);
            loop.tally.recentAges.reset();
        });
        return sum;
    }

    /** Moves that have not come yet, over all connections that read. */
    long missing() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.missing() : 0);
    }

    /** How many are shown that are not there, and how many lack that are, over all connections that read. */
    long rosterErrors() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.rosterErrors() : 0);
    }

    /** How many are on their board. */
    long present() {
        return sum(user -> user.isOnBoard() ? 1 : 0);
    }

    private long sum(ToLongFunction<User> value) {
        long sum = 0;
        for (User user : users) {
            sum += user.loop()
                    .loop
                    .submit(() -> value.applyAsLong(user))
                    .syncUninterruptibly()
                    .getNow();
        }
        return sum;
    }

    private void onEachLoop(Consumer<LoopState> action) {
        loops.forEach(loop -> loop.loop.submit(() -> action.accept(loop)).syncUninterruptibly());
    }

    /** Everybody says goodbye: the next swarm finds empty boards. */
    @Override
    public void close() {
        List<User> present = List.of(users).stream().filter(User::isOnBoard).toList();
        CountDownLatch gone = new CountDownLatch(present.size());
        closing = gone;
        present.forEach(user -> user.loop().loop.execute(user::leave));
        try {
            if (!gone.await(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("presence-bench: " + gone.getCount() + " connections do not close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
