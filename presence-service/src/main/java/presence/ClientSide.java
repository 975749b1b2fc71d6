package presence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.agent.AgentSecret;
import presence.agent.Agents;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.Seat;
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
record ClientSide(ConnectionManager boards, ClientConnections connections, Agents agents, ConnectionMetrics metrics) {
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
        Agents agents = new Agents(
                server.eventLoops(), boards, bus.directory(), agentSecret(config), settings.ofAgents(), metrics, clock);
        return new ClientSide(boards, connections, agents, connectionMetrics);
    }

    /** Returns null if nodes share Redis but no secret: each would derive other keys. */
    private static @Nullable AgentSecret agentSecret(ServiceConfig config) {
        String secret = config.api().agents().secret();
        if (!secret.isEmpty()) {
            return new AgentSecret(secret);
        }
        return config.redis().enabled()
                ? null
                : new AgentSecret(UUID.randomUUID() + UUID.randomUUID().toString());
    }

    /** Returns the seats of all clients, agents included. */
    CompletionStage<Collection<Seat>> heldSeats() {
        return connections.heldSeats().thenCombine(agents.heldSeats(), (some, others) -> {
            List<Seat> all = new ArrayList<>(some);
            all.addAll(others);
            return all;
        });
    }
}
