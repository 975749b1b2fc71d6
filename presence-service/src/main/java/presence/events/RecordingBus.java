package presence.events;

import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.ModerationBus;
import presence.model.BoardId;
import presence.model.NodeId;

/** A bus that reports to the event log what boards publish on it. Thread-safe. */
public final class RecordingBus implements ClusterBus {
    private static final Logger log = LoggerFactory.getLogger(RecordingBus.class);
    private static final long RETIRE_MS = 2_000;

    private final ClusterBus bus;
    private final EventStore store;
    private final Set<String> signals;
    private final Predicate<String> records;

    /**
     * @param signals types of signals that are recorded
     * @param records whether the events of a board are recorded
     */
    public RecordingBus(ClusterBus bus, EventStore store, Set<String> signals, Predicate<String> records) {
        this.bus = bus;
        this.store = store;
        this.signals = Set.copyOf(signals);
        this.records = records;
    }

    @Override
    public NodeId node() {
        return bus.node();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        BoardLink link = bus.link(board, loop);
        return records.test(board.value()) ? new RecordingLink(link, board, loop, store, signals) : link;
    }

    @Override
    public ClusterDirectory directory() {
        return bus.directory();
    }

    @Override
    public ModerationBus moderation() {
        return bus.moderation();
    }

    /** Has this node's members leave the log, while Redis can still be used, and closes the bus. */
    @Override
    public void close() {
        try {
            store.retire().toCompletableFuture().get(RETIRE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("members of this node could not leave the event log; other nodes do that reason={}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bus.close();
    }
}
