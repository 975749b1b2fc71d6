package presence.activity;

import io.netty.channel.EventLoop;
import java.util.function.LongSupplier;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.ModerationBus;
import presence.model.BoardId;
import presence.model.NodeId;

/** A bus that has the activity of boards recorded. Thread-safe. */
public final class ActivityBus implements ClusterBus {
    private final ClusterBus bus;
    private final ActivityRecorder recorder;
    private final ActivityMetrics metrics;
    private final LongSupplier clock;

    /** @param clock in milliseconds, never set back */
    public ActivityBus(ClusterBus bus, ActivityRecorder recorder, ActivityMetrics metrics, LongSupplier clock) {
        this.bus = bus;
        this.recorder = recorder;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public NodeId node() {
        return bus.node();
    }

    @Override
    public BoardLink link(BoardId board, EventLoop loop) {
        ActivityLink link =
                new ActivityLink(bus.link(board, loop), board, recorder, metrics, clock, System::currentTimeMillis);
        recorder.opened(link);
        return link;
    }

    @Override
    public ClusterDirectory directory() {
        return bus.directory();
    }

    @Override
    public ModerationBus moderation() {
        return bus.moderation();
    }

    /** Writes what was counted, while Redis can still be used, and closes the bus. */
    @Override
    public void close() {
        recorder.close();
        bus.close();
    }
}
