package presence;

import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.admin.PresenceQueries;
import presence.board.ConnectionManager;
import presence.cluster.RedisBus;
import presence.connection.ConnectionMetrics;
import presence.metrics.ServiceMetrics;
import presence.model.ClusterHealth;
import presence.model.NodeLoad;
import presence.ops.Rates;
import presence.ops.Readiness;
import presence.ops.Stats;

/** Collects the fields of {@code /stats} from the parts of a node. Thread-safe. */
final class NodeStats {
    private static final long SAMPLE_MS = 1_000;

    private final String label;
    private final Readiness readiness;
    private final PresenceQueries queries;
    private final ConnectionManager boards;
    private final ServiceMetrics metrics;
    private final LongSupplier clock;
    private final Rates rates;
    private final long startedMs;

    /**
     * @param label of this node
     * @param redis null on a single node
     * @param clock monotonic milliseconds
     */
    NodeStats(
            String label,
            Readiness readiness,
            PresenceQueries queries,
            ConnectionManager boards,
            ConnectionMetrics connections,
            @Nullable RedisBus redis,
            LongSupplier clock) {
        this.label = label;
        this.readiness = readiness;
        this.queries = queries;
        this.boards = boards;
        ServiceMetrics metrics = connections.service();
        this.metrics = metrics;
        this.clock = clock;
        this.startedMs = clock.getAsLong();
        Map<String, DoubleSupplier> counted = new LinkedHashMap<>();
        counted.put("joins", metrics.joins::count);
        counted.put("leaves", metrics.leaves::count);
        counted.put("frames_in", connections.framesIn()::total);
        counted.put("frames_out", connections.framesOut()::total);
        counted.put("bytes_in", metrics.bytesIn::count);
        counted.put("bytes_out", metrics.bytesOut::count);
        counted.put("positions_ticked", metrics.positionsTicked::count);
        if (redis != null) {
            counted.put("envelopes_published", redis::envelopesPublished);
            counted.put("envelopes_received", redis::envelopesReceived);
        }
        this.rates = new Rates(counted, clock);
    }

    /** Samples the counters and the lag of the event loops once a second from now on. */
    void watch(List<EventLoop> loops) {
        loops.get(0).scheduleAtFixedRate(rates::sample, SAMPLE_MS, SAMPLE_MS, TimeUnit.MILLISECONDS);
        loops.forEach(this::watchLag);
    }

    private void watchLag(EventLoop loop) {
        long dueMs = clock.getAsLong() + SAMPLE_MS;
        loop.schedule(
                () -> {
                    metrics.loopLag.record(Math.max(0, clock.getAsLong() - dueMs), TimeUnit.MILLISECONDS);
                    watchLag(loop);
                },
                SAMPLE_MS,
                TimeUnit.MILLISECONDS);
    }

    /** Completes also while Redis is unavailable, then without the number of users. */
    CompletionStage<Stats> stats() {
        return queries.usersOnline().handle((users, failure) -> stats(failure == null ? users : null));
    }

    private Stats stats(@Nullable Long usersOnline) {
        Readiness.Report report = readiness.report();
        ClusterHealth cluster = report.cluster();
        List<NodeLoad> nodes = queries.nodes();
        NodeLoad self = nodes.get(0);
        return new Stats(
                self.node().toString(),
                label,
                Version.text(),
                (clock.getAsLong() - startedMs) / 1_000,
                report.state().name().toLowerCase(Locale.ROOT),
                self.connections(),
                boards.localUsers(),
                self.members(),
                metrics.boards.get(),
                cluster.shared(),
                !cluster.shared() ? "off" : cluster.isWhole() ? "up" : "down",
                cluster.refused(),
                nodes.size(),
                nodes.stream().mapToLong(NodeLoad::connections).sum(),
                nodes.stream().mapToLong(NodeLoad::members).sum(),
                usersOnline,
                rates.perSecond());
    }
}
