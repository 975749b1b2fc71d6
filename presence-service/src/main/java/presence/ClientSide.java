package presence;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.spi.ClusterBus;
import presence.board.spi.JoinLimit;
import presence.config.ServiceConfig;
import presence.connection.ClientConnections;
import presence.connection.ConnectionMetrics;
import presence.metrics.ServiceMetrics;
import presence.model.NodeId;
import presence.security.Authenticator;
import presence.server.PresenceServer;
import presence.watch.WatchedBoards;

/** The part of a node that serves clients: its boards and the connections to them, assembled from the settings. */
record ClientSide(ConnectionManager boards, ClientConnections connections, ConnectionMetrics metrics) {
    /**
     * @param server whose event loops carry both
     * @param authenticator null: no authentication
     * @param clock monotonic milliseconds
     */
    static ClientSide of(
            ServiceConfig config,
            NodeId node,
            PresenceServer server,
            ClusterBus bus,
            JoinLimit joins,
            @Nullable Authenticator authenticator,
            ServiceMetrics metrics,
            LongSupplier clock) {
        NodeSettings settings = new NodeSettings(config);
        ClientMemory memory = new ClientMemory(metrics, settings.maxBufferedBytes(), clock);
        ConnectionManager boards = new ConnectionManager(
                server.eventLoops(), server.allocator(), settings.ofBoards(), bus, metrics, memory, clock);
        WatchedBoards watched = new WatchedBoards(
                server.eventLoops().get(0), settings.ofWatching(), boards, bus.directory(), metrics, clock);
        ConnectionMetrics connectionMetrics = ConnectionMetrics.in(metrics);
        ClientConnections connections = new ClientConnections(
                server.eventLoops(),
                server.allocator(),
                boards,
                watched,
                settings.ofConnections(node),
                connectionMetrics,
                authenticator,
                joins,
                memory,
                server::heartbeatReads,
                clock);
        return new ClientSide(boards, connections, connectionMetrics);
    }
}
