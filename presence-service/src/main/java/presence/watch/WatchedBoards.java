package presence.watch;

import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.ConnectionManager;
import presence.board.spi.ClusterDirectory;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;

/** Registry of the boards that clients of this node watch. Thread-safe. */
public final class WatchedBoards {
    private final WatchSettings settings;
    private final ClusterDirectory directory;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    private final ReadSchedule schedule;
    private final ConcurrentHashMap<BoardId, WatchedBoard> boards = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger clients = new AtomicInteger();

    /**
     * @param loop runs the reads
     * @param boards answers for the boards that this node follows
     * @param directory answers for all others
     * @param clock monotonic milliseconds
     */
    public WatchedBoards(
            EventLoop loop,
            WatchSettings settings,
            ConnectionManager boards,
            ClusterDirectory directory,
            ServiceMetrics metrics,
            LongSupplier clock) {
        this.settings = settings;
        this.directory = directory;
        this.metrics = metrics;
        this.clock = clock;
        this.schedule = new ReadSchedule(loop, settings, boards, metrics, clock);
        metrics.watch("presence.watched.boards", "boards that clients of this node watch", size, AtomicInteger::get);
        metrics.watch("presence.watch.clients", "clients of this node that watch boards", clients, AtomicInteger::get);
        metrics.watch(
                "presence.watched.age.seconds",
                "time since the watched board that was read the longest ago was read; 0 without one",
                this,
                WatchedBoards::ageSeconds);
    }

    WatchSettings settings() {
        return settings;
    }

    LongSupplier clock() {
        return clock;
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    /** Adds a watcher to a board; null if this node has reached its limit of watched boards. */
    @Nullable WatchedBoard hold(BoardId id) {
        return boards.compute(id, (key, existing) -> {
            WatchedBoard board = existing == null ? create(key) : existing;
            if (board != null) {
                board.watchers++;
            }
            return board;
        });
    }

    private @Nullable WatchedBoard create(BoardId id) {
        if (size.incrementAndGet() > settings.maxNodeBoards()) {
            size.decrementAndGet();
            return null;
        }
        WatchedBoard board = new WatchedBoard(id, directory.summaries(id), clock.getAsLong());
        schedule.add(board);
        return board;
    }

    /** Removes a watcher that {@link #hold} added. */
    void release(WatchedBoard board) {
        boards.computeIfPresent(board.id(), (key, held) -> {
            if (--held.watchers > 0) {
                return held;
            }
            held.drop();
            size.decrementAndGet();
            return null;
        });
    }

    void addClient() {
        clients.incrementAndGet();
    }

    void removeClient() {
        clients.decrementAndGet();
    }

    private double ageSeconds() {
        long now = clock.getAsLong();
        long oldest = now;
        for (WatchedBoard board : boards.values()) {
            oldest = Math.min(oldest, board.readMs());
        }
        return (now - oldest) / 1_000.0;
    }
}
