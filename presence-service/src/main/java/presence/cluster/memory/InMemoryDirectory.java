package presence.cluster.memory;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.board.spi.SummaryReader;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeLoad;
import presence.model.Origin;
import presence.model.UserEntry;

/** Answers queries about users and boards for one node of an {@link InMemoryHub}. Thread-safe. */
final class InMemoryDirectory implements ClusterDirectory {
    private final Origin self;
    private final InMemoryHub hub;

    InMemoryDirectory(Origin self, InMemoryHub hub) {
        this.self = self;
        this.hub = hub;
    }

    @Override
    public void represent(Supplier<Collection<UserEntry>> localUsers) {
        // Not needed: memory loses nothing that would have to be written again.
    }

    @Override
    public void publish(Collection<UserEntry> changed) {
        hub.users().write(self, changed);
    }

    @Override
    public void listen(UserListener listener) {
        hub.users().listen(listener);
    }

    @Override
    public CompletionStage<Set<String>> online(Collection<String> users) {
        Set<String> online = new HashSet<>(users);
        online.retainAll(hub.users().online());
        return CompletableFuture.completedFuture(online);
    }

    @Override
    public CompletionStage<Long> usersOnline() {
        return CompletableFuture.completedFuture((long) hub.users().online().size());
    }

    @Override
    public CompletionStage<List<LocatedSession>> sessions(String user) {
        return CompletableFuture.completedFuture(hub.users().sessions(user));
    }

    @Override
    public CompletionStage<Set<BoardId>> boards() {
        return CompletableFuture.completedFuture(hub.occupied());
    }

    @Override
    public CompletionStage<List<Member>> members(BoardId board) {
        return CompletableFuture.completedFuture(hub.members(board));
    }

    @Override
    public CompletionStage<Optional<Member>> member(BoardId board, MemberId id) {
        return CompletableFuture.completedFuture(hub.members(board).stream()
                .filter(member -> member.id().equals(id))
                .findAny());
    }

    @Override
    public CompletionStage<Integer> observers(BoardId board) {
        return CompletableFuture.completedFuture(hub.observers(board));
    }

    @Override
    public SummaryReader summaries(BoardId board) {
        return () -> {
            List<Member> members = hub.members(board);
            BoardCounts counts = BoardCounts.of(members, hub.observers(board));
            return CompletableFuture.completedFuture(BoardSummary.of(counts, members));
        };
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        // One memory: there is no copy that could differ.
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public List<NodeLoad> otherNodes() {
        // Several nodes in one process are used by tests only, which do not need their load.
        return List.of();
    }
}
