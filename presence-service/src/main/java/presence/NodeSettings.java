package presence;

import presence.agent.AgentSettings;
import presence.api.ApiLimits;
import presence.board.BoardSettings;
import presence.config.AgentConfig;
import presence.config.BoardConfig;
import presence.config.ClientConfig;
import presence.config.LimitConfig;
import presence.config.ServiceConfig;
import presence.config.WatchConfig;
import presence.connection.ClientRates;
import presence.connection.ConnectionSettings;
import presence.lock.LockLimits;
import presence.model.NodeId;
import presence.watch.WatchSettings;
import presence.wire.Welcome;
import presence.wire.WireLimits;

/** Translates the configuration to what each part of a node is given, and fills in defaults that depend on the heap. */
final class NodeSettings {
    /** How long a closing connection may take to answer. */
    private static final long CLOSE_WAIT_MS = 2_000;

    private final ServiceConfig config;
    private final WireLimits limits;

    NodeSettings(ServiceConfig config) {
        this.config = config;
        ClientConfig clients = config.clients();
        limits = new WireLimits(
                clients.maxFrameBytes(),
                clients.maxNameBytes(),
                clients.maxStateBytes(),
                clients.maxStateKeys(),
                clients.maxSignalBytes(),
                clients.maxBoards(),
                clients.maxRosterLimit());
    }

    BoardSettings ofBoards() {
        BoardConfig boards = config.boards();
        return new BoardSettings(
                intervalMs(boards.tickHz()),
                intervalMs(Math.min(boards.tickHz(), boards.tickMinHz())),
                boards.observerHz() == 0 ? 0 : intervalMs(boards.observerHz()),
                boards.viewportThreshold(),
                boards.rosterTick().toMillis(),
                boards.linger().toMillis(),
                boards.slotRest().toMillis(),
                boards.grace().toMillis(),
                boards.maxMembers(),
                maxBoards(boards.maxBoards()),
                new BoardSettings.PerUser(boards.maxUserBoardMembers(), boards.maxUserMembers()),
                Math.min(boards.changeBytes(), config.clients().reliableLaneBytes()),
                boards.signalBytesPerSecond(),
                limits,
                new LockLimits(
                        boards.maxMemberLocks(),
                        boards.maxBoardLocks(),
                        boards.maxLockWaiters(),
                        boards.maxLock().toMillis(),
                        config.redis().lockStays().toMillis()));
    }

    /** @param node is told to clients in the welcome */
    ConnectionSettings ofConnections(NodeId node) {
        ClientConfig clients = config.clients();
        LimitConfig rates = config.limits();
        return new ConnectionSettings(
                clients.heartbeat().toMillis(),
                clients.firstFrameTimeout().toMillis(),
                CLOSE_WAIT_MS,
                clients.reliableLaneBytes(),
                clients.slowReader().toMillis(),
                clients.maxConnections(),
                new ClientRates(
                        rates.framesPerSecond(),
                        rates.bytesPerSecond(),
                        rates.joinsPerSecond(),
                        rates.resumesPerSecond(),
                        rates.signalsPerSecond(),
                        rates.statesPerSecond(),
                        rates.eventBytesPerSecond(),
                        rates.reactionsPerSecond(),
                        rates.rosterPagesPerSecond(),
                        rates.locksPerSecond()),
                new Welcome(
                        node,
                        config.serverLabel(),
                        (int) clients.heartbeat().toMillis(),
                        config.boards().tickHz(),
                        limits));
    }

    WatchSettings ofWatching() {
        WatchConfig watching = config.watching();
        return new WatchSettings(
                watching.interval().toMillis(),
                watching.readsPerSecond(),
                watching.maxBoards(),
                watching.maxNodeBoards(),
                watching.watchesPerSecond());
    }

    /**
     * Returns the bytes held for all clients. By default a quarter of the heap: direct memory is as large as the largest
     * heap by default, and has other users.
     */
    long maxBufferedBytes() {
        int mb = config.limits().bufferedMb();
        return mb == 0 ? Runtime.getRuntime().maxMemory() / 4 : (long) mb << 20;
    }

    /** By default one board per 8 KiB of heap; an empty board with its subscription takes about 3 KB. */
    private static int maxBoards(int boards) {
        return boards == 0
                ? (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 8_192)
                : boards;
    }

    /** The interval, rounded up so that the rate is not exceeded. */
    private static long intervalMs(int hz) {
        return (1_000 + hz - 1) / hz;
    }

    AgentSettings ofAgents() {
        AgentConfig agents = config.api().agents();
        return new AgentSettings(
                agents.perToken(),
                agents.perBoard(),
                agents.callsPerSecond(),
                ofBoards().tickMs());
    }

    ApiLimits ofApi() {
        return new ApiLimits(
                config.clients().maxNameBytes(),
                config.clients().maxSignalBytes(),
                config.clients().maxStateBytes(),
                config.clients().maxStateKeys());
    }
}
