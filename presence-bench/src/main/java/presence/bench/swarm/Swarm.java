package presence.bench.swarm;

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
public final class Swarm implements User.Listener, AutoCloseable {
    private static final int CLOSE_SECONDS = 5;

    private final SwarmPlan plan;
    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll = Epoll.isAvailable();
    /** Null: no TLS. Trusts any certificate: validation is not measured. */
    private final @Nullable SslContext tls;

    private final List<LoopState> loops = new ArrayList<>();
    private final List<SwarmBoard> boards = new ArrayList<>();
    /** Every place on every board, with its present user. */
    private final User[] users;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger joined = new AtomicInteger();
    private final AtomicInteger rejoins = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
    private volatile boolean opening = true;
    private volatile @Nullable CountDownLatch closing;

    public Swarm(SwarmPlan plan) {
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
        users = new User[plan.allUsers()];
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

    /** Begins to connect all users, so many at a time. */
    public void open() {
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
        // Places alternate between the boards, so that all boards grow together.
        SwarmBoard board = boards.get(place % boards.size());
        int index = place / boards.size();
        // Spreads the boards over all nodes, and each board's users, too, with equally many users on each.
        int turn = place % boards.size() + (plan.byBoard() ? 0 : index);
        URI url = plan.urls().get(turn % plan.urls().size());
        LoopState loop = loops.get(place % loops.size());
        boolean checks = index % plan.checkEvery() == 0;
        User user = new User(board, index, url, loop, this, plan.protocol().dialect(), checks);
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

    public int failureCount() {
        return failures.get();
    }

    public Map<String, Integer> reasons() {
        return Map.copyOf(reasons);
    }

    public boolean isOpen() {
        return joined.get() + failures.get() >= users.length;
    }

    /** Starts the movers, the stalled readers and the churn, as planned. */
    public void start() {
        opening = false;
        int stalled = (int) Math.round(plan.stalled() * users.length);
        for (LoopState loop : loops) {
            List<User> own =
                    List.of(users).stream().filter(user -> user.loop() == loop).toList();
            loop.loop.execute(() -> loop.start(own, plan.hz(), plan.movers(), plan.spacing()));
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

    /** Stops all moves and the churn. */
    void stop() {
        opening = true;
        onEachLoop(LoopState::stop);
    }

    /** Resets the counters. */
    public void forget() {
        onEachLoop(loop -> loop.tally.forget());
    }

    /** Returns the sum of all counters. */
    public Tally tally() {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> sum.add(loop.tally));
        return sum;
    }

    /** Returns the ages seen since the last call. */
    Tally recent() {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> {
            sum.add(loop.tally);
            loop.tally.recentAges.reset();
        });
        return sum;
    }

    /** Returns the moves that have not arrived yet, over all connections that read. */
    long missing() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.missing() : 0);
    }

    /** Returns the ghosts and missing members, over all connections that read. */
    public long rosterErrors() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.rosterErrors() : 0);
    }

    /** Returns the number of joined users. */
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

    /** Lets all users leave cleanly, so that the next swarm finds empty boards. */
    @Override
    public void close() {
        List<User> present = List.of(users).stream().filter(User::isOnBoard).toList();
        CountDownLatch gone = new CountDownLatch(present.size());
        closing = gone;
        present.forEach(user -> user.loop().loop.execute(user::leave));
        try {
            if (!gone.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("presence-bench: " + gone.getCount() + " connections did not close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
