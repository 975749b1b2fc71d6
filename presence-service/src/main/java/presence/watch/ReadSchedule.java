package presence.watch;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.ConnectionManager;
import presence.metrics.ServiceMetrics;
import presence.model.BoardSummary;
import presence.model.RateLimit;

/**
 * Reads each watched board once per interval, evenly spread over it, and new ones at once. Boards that this node follows
 * are answered by their own rosters; the others are read from the store, a limited number of them per second: with more
 * boards than that each is read less often. Its event loop only.
 */
final class ReadSchedule {
    private static final long TICK_MS = 50;

    private final EventLoop loop;
    private final WatchSettings settings;
    private final ConnectionManager boards;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    private final RateLimit reads;
    private final Queue<WatchedBoard> fresh = new ArrayDeque<>();
    /** In the order in which they are due. */
    private final Queue<WatchedBoard> known = new ArrayDeque<>();

    private int reading;
    private boolean running;
    private long tickedMs;

    ReadSchedule(
            EventLoop loop,
            WatchSettings settings,
            ConnectionManager boards,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.loop = loop;
        this.settings = settings;
        this.boards = boards;
        this.metrics = metrics;
        this.clock = clock;
        this.reads = new RateLimit(settings.readsPerSecond());
    }

    /** Any thread: reads a new board as soon as possible, and again until it is dropped. */
    void add(WatchedBoard board) {
        loop.execute(() -> {
            fresh.add(board);
            if (!running) {
                running = true;
                // After all others that are added with it.
                loop.execute(this::tick);
            } else if (fresh.size() == 1) {
                loop.execute(this::readFresh);
            }
        });
    }

    private void tick() {
        readFresh();
        long now = clock.getAsLong();
        long share = Math.min(settings.intervalMs(), Math.max(TICK_MS, now - tickedMs));
        tickedMs = now;
        long boardsPerTick = (known.size() * share + settings.intervalMs() - 1) / settings.intervalMs();
        WatchedBoard next = known.peek();
        while (boardsPerTick > 0 && next != null && (next.isDropped() || next.dueMs <= now && mayRead(next, now))) {
            known.remove();
            if (!next.isDropped()) {
                boardsPerTick--;
                read(next);
            }
            next = known.peek();
        }
        running = reading > 0 || !known.isEmpty() || !fresh.isEmpty();
        if (running) {
            loop.schedule(this::tick, Math.min(TICK_MS, settings.intervalMs()), TimeUnit.MILLISECONDS);
        }
    }

    private void readFresh() {
        long now = clock.getAsLong();
        WatchedBoard next = fresh.peek();
        while (next != null && (next.isDropped() || mayRead(next, now))) {
            fresh.remove();
            if (!next.isDropped()) {
                read(next);
            }
            next = fresh.peek();
        }
    }

    private boolean mayRead(WatchedBoard board, long nowMs) {
        return boards.follows(board.id()) || reads.take(1, nowMs) == 0;
    }

    private void read(WatchedBoard board) {
        reading++;
        boards.summary(board.id())
                .thenCompose(own -> own.isPresent() ? CompletableFuture.completedFuture(own.get()) : readStored(board))
                .whenComplete((summary, failure) -> loop.execute(() -> onRead(board, summary)));
    }

    private CompletionStage<BoardSummary> readStored(WatchedBoard board) {
        metrics.watchReads.increment();
        return board.reader().read();
    }

    private void onRead(WatchedBoard board, @Nullable BoardSummary summary) {
        reading--;
        if (summary == null) {
            metrics.watchFailures.increment();
        }
        long now = clock.getAsLong();
        board.onRead(summary, now);
        board.dueMs = now + settings.intervalMs();
        known.add(board);
    }
}
