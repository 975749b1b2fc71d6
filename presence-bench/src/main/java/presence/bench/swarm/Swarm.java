package presence.bench.swarm;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Many users on many boards, on a few event loops. */
public final class Swarm implements User.Listener, AutoCloseable {
    private static final int CLOSE_SECONDS = 5;

    private final SwarmPlan plan;
    private final MultiThreadIoEventLoopGroup group;
    private final Connector connector;
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
        connector = new Connector(plan.urls().get(0).getScheme().equals("wss"));
        group = connector.loops(plan.threads());
        for (EventExecutor executor : group) {
            loops.add(new LoopState((EventLoop) executor, plan.patienceNanos()));
        }
        for (int board = 0; board < plan.boards(); board++) {
            boards.add(plan.board(board));
        }
        users = new User[plan.allUsers()];
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

    /** Connects those that watch boards; to be called once the users have joined. */
    private void openWatchers() {
        Crowd crowd = plan.crowd();
        for (int i = 0; i < crowd.watchers(); i++) {
            URI url = plan.urls().get(i % plan.urls().size());
            LoopState loop = loops.get(i % loops.size());
            Watcher watcher = new Watcher(url, plan.prefix(), crowd.watchedBoards(), this::note);
            loop.watchers.add(watcher);
            connector.connect(loop.loop, url, watcher, this::note);
        }
    }

    private void note(String why) {
        failures.incrementAndGet();
        reasons.merge(why, 1, Integer::sum);
    }

    private User connect(int place) {
        // Places alternate between the boards, so that all boards grow together.
        SwarmBoard board = boards.get(place % boards.size());
        int index = place / boards.size();
        // Spreads the boards over all nodes, and each board's users, too, with equally many users on each.
        int turn = place % boards.size() + (plan.byBoard() ? 0 : index);
        URI url = plan.urls().get(turn % plan.urls().size());
        LoopState loop = loops.get(place % loops.size());
        Seat seat = Seat.of(plan, board, index, loop);
        User user = new User(board, index, url, loop, this, plan.protocol().dialect(), seat);
        users[place] = user;
        connector.connect(loop.loop, url, user, why -> failed(user, why));
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
        note(why);
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

    /** Starts the movers, the windows, the watchers, the stalled readers and the churn, as planned. */
    public void start() {
        opening = false;
        openWatchers();
        int stalled = (int) Math.round(plan.stalled() * users.length);
        for (LoopState loop : loops) {
            List<User> own =
                    List.of(users).stream().filter(user -> user.loop() == loop).toList();
            loop.loop.execute(() -> loop.start(own, plan));
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
        if (opening || !before.isOnBoard() || before.isObserver()) {
            return;
        }
        User after = connect(place);
        before.loop().loop.execute(before::leave);
        for (LoopState loop : loops) {
            loop.loop.execute(() -> loop.replace(before, after));
        }
    }

    /** Stops all moves, windows and the churn. */
    void stop() {
        opening = true;
        onEachLoop(LoopState::stop);
    }

    /** Resets the counters. */
    public void forget() {
        onEachLoop(loop -> loop.forget(plan.crowd().isFiltered(plan)));
    }

    /** Returns the sum of all counters of members. */
    public Tally tally() {
        return tallies(loop -> loop.tally);
    }

    /** Returns the same of observers. */
    Tally observerTally() {
        return tallies(loop -> loop.observers);
    }

    private Tally tallies(Function<LoopState, Tally> ofLoop) {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> sum.add(ofLoop.apply(loop)));
        return sum;
    }

    /** Returns the ages seen since the last call. */
    Tally recent() {
        Tally sum = new Tally(plan.patienceNanos());
        onEachLoop(loop -> {
            sum.add(loop.tally);
            sum.add(loop.observers);
            loop.tally.recentAges.reset();
            loop.observers.recentAges.reset();
        });
        return sum;
    }

    /** Returns the moves that have not arrived yet, over all connections that read. */
    long missing() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.missing() : 0);
    }

    /** Notes what clients with windows still have wrong. */
    void failInexact() {
        sum(user -> {
            if (user.isOnBoard() && user.isReading()) {
                user.failInexact();
            }
            return 0;
        });
    }

    /** Returns the ghosts and missing members, over all connections that read. */
    public long rosterErrors() {
        return sum(user -> user.isOnBoard() && user.isReading() ? user.rosterErrors() : 0);
    }

    /** Returns the number of users that were told wrong counts of their board. */
    long countErrors() {
        int observers = plan.crowd().observers();
        return sum(
                user -> user.isOnBoard() && user.isReading() && user.isCountedWrong(plan.users(), observers) ? 1 : 0);
    }

    /** Returns the number of boards of which watchers have wrong counts. */
    long watchErrors() {
        AtomicLong errors = new AtomicLong();
        int observers = plan.crowd().observers();
        onEachLoop(loop -> loop.watchers.forEach(watcher -> errors.addAndGet(watcher.errors(plan.users(), observers))));
        return errors.get();
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
        onEachLoop(loop -> loop.watchers.forEach(Watcher::close));
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
