package presence.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import presence.board.ConnectionManager;
import presence.board.spi.ClusterBus;
import presence.board.spi.ClusterDirectory;
import presence.metrics.ServiceMetrics;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.NodeId;
import presence.model.NodeLoad;

/**
 * Answers queries about members, users and nodes over the whole cluster. Thread-safe; answers come on any thread, and a
 * stage fails while the cluster cannot be queried.
 */
public final class PresenceQueries {
    /**
     * @param connections over all nodes, as each node published last (once per heartbeat)
     * @param sessions members over all nodes, as each node published last
     */
    public record Counts(int nodes, long connections, long sessions, long users, int boards) {}

    private final NodeId self;
    private final String label;
    private final ConnectionManager boards;
    private final ClusterDirectory directory;
    private final ServiceMetrics metrics;

    /** @param label of this node */
    public PresenceQueries(ClusterBus bus, String label, ConnectionManager boards, ServiceMetrics metrics) {
        this.self = bus.node();
        this.label = label;
        this.boards = boards;
        this.directory = bus.directory();
        this.metrics = metrics;
    }

    /**
     * Returns the members of a board: as this node shows them if it follows the board, else as their owners stored
     * them.
     */
    public CompletionStage<List<Member>> whoIsOn(BoardId board) {
        return boards.view(board)
                .thenCompose(view ->
                        view.isPresent() ? CompletableFuture.completedFuture(view.get()) : directory.members(board));
    }

    /**
     * Returns how many are on a board: as this node knows it if it follows the board, else as the nodes stored it.
     */
    public CompletionStage<BoardCounts> countsOf(BoardId board) {
        return boards.counts(board)
                .thenCompose(known ->
                        known.isPresent() ? CompletableFuture.completedFuture(known.get()) : storedCounts(board));
    }

    private CompletionStage<BoardCounts> storedCounts(BoardId board) {
        return directory.members(board).thenCombine(directory.observers(board), BoardCounts::of);
    }

    /** Returns the boards that have members. */
    public CompletionStage<Set<BoardId>> boards() {
        return directory.boards();
    }

    /** Returns those of the users that are online. */
    public CompletionStage<Set<String>> online(Collection<String> users) {
        return directory.online(users);
    }

    /** Returns all sessions of a user, with their boards and nodes. */
    public CompletionStage<List<LocatedSession>> sessions(String user) {
        return directory.sessions(user);
    }

    /** Returns all nodes, this one first. */
    public List<NodeLoad> nodes() {
        List<NodeLoad> nodes = new ArrayList<>();
        nodes.add(new NodeLoad(self, label, metrics.connections.get(), metrics.localMembers.get(), 0));
        nodes.addAll(directory.otherNodes());
        return nodes;
    }

    public CompletionStage<Long> usersOnline() {
        return directory.usersOnline();
    }

    public CompletionStage<Counts> counts() {
        List<NodeLoad> nodes = nodes();
        return directory
                .usersOnline()
                .thenCombine(
                        directory.boards(),
                        (users, all) -> new Counts(
                                nodes.size(),
                                nodes.stream().mapToLong(NodeLoad::connections).sum(),
                                nodes.stream().mapToLong(NodeLoad::members).sum(),
                                users,
                                all.size()));
    }

    /** Subscribes to users going online and offline, anywhere in the cluster. */
    public void listen(ClusterDirectory.UserListener listener) {
        directory.listen(listener);
    }
}
