package presence;

import io.micrometer.core.instrument.Counter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import presence.admin.PresenceQueries;
import presence.board.ConnectionManager;
import presence.connection.ConnectionMetrics;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.ops.Overview;
import presence.ops.Readiness;
import presence.ops.RecentWarnings;

/** Collects the fields of {@code /overview} from the parts of a node. Thread-safe. */
final class NodeOverview {
    private static final int BOARDS = 20;

    private final NodeId node;
    private final boolean detailed;
    private final Readiness readiness;
    private final NodeStats stats;
    private final PresenceQueries queries;
    private final ConnectionManager boards;
    private final ConnectionMetrics connections;
    private final RecentWarnings warnings;

    /** @param detailed whether names of boards and texts of warnings are shown */
    NodeOverview(
            NodeId node,
            boolean detailed,
            Readiness readiness,
            NodeStats stats,
            PresenceQueries queries,
            ConnectionManager boards,
            ConnectionMetrics connections,
            RecentWarnings warnings) {
        this.node = node;
        this.detailed = detailed;
        this.readiness = readiness;
        this.stats = stats;
        this.queries = queries;
        this.boards = boards;
        this.connections = connections;
        this.warnings = warnings;
    }

    /** Completes also while Redis is unavailable. Collects on the caller's thread whatever takes more than a moment. */
    CompletionStage<Overview> overview() {
        ServiceMetrics metrics = connections.service();
        List<Overview.Instance> instances = queries.nodes().stream()
                .map(node -> new Overview.Instance(
                        node.node().toString(), node.label(), node.connections(), node.members(), node.silentMs()))
                .toList();
        Overview.Boards sizes = new Overview.Boards(metrics.boards.get(), detailed ? largest() : null);
        List<Overview.Histogram> histograms = histograms(metrics);
        Overview.Warnings warned = new Overview.Warnings(warnings.total(), detailed ? warnings.latest() : null);
        return stats.stats()
                .thenApply(found -> new Overview(
                        readiness.report().fields(node),
                        found,
                        instances,
                        sizes,
                        histograms,
                        connections.closed().counts(),
                        events(metrics),
                        warned));
    }

    private List<Overview.Boards.Size> largest() {
        return boards.largest(BOARDS).stream()
                .map(size -> new Overview.Boards.Size(size.board().value(), size.members()))
                .toList();
    }

    private static List<Overview.Histogram> histograms(ServiceMetrics metrics) {
        return Stream.of(
                        metrics.tickLateness,
                        metrics.cursorAge,
                        metrics.loopLag,
                        metrics.heartbeatEcho,
                        metrics.publishTime)
                .map(Overview.Histogram::of)
                .toList();
    }

    private static Map<String, Long> events(ServiceMetrics metrics) {
        Map<String, Long> events = new LinkedHashMap<>();
        put(events, "redis_reconnects", metrics.redisReconnects);
        put(events, "publish_failures", metrics.publishFailures);
        put(events, "cursors_dropped", metrics.cursorsDropped);
        put(events, "resyncs", metrics.resyncs);
        put(events, "node_deaths", metrics.nodeDeaths);
        put(events, "incarnations", metrics.incarnations);
        put(events, "ticks_slowed", metrics.ticksSlowed);
        put(events, "cursor_frames_skipped", metrics.cursorFramesSkipped);
        put(events, "audit_ghosts", metrics.auditGhosts);
        put(events, "audit_missing", metrics.auditMissing);
        return events;
    }

    private static void put(Map<String, Long> events, String name, Counter counter) {
        events.put(name, (long) counter.count());
    }
}
