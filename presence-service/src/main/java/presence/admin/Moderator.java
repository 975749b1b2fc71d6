package presence.admin;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import presence.board.ConnectionManager;
import presence.board.spi.ClusterBus;
import presence.board.spi.ModerationBus;
import presence.metrics.ServiceMetrics;
import presence.model.Ban;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.MemberId;

/**
 * What operators do to people and boards, over the whole cluster. Thread-safe; answers come on any thread, and a
 * stage fails where the other nodes cannot be told: on this node it is done all the same.
 */
public final class Moderator {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long LOOK_MS = 50;

    /**
     * @param kicked who has gone
     * @param pending who was still there after {@link #PATIENCE}
     */
    public record Outcome(int kicked, int pending) {}

    private final ModerationBus orders;
    private final ConnectionManager boards;
    private final PresenceQueries queries;
    private final int maxBans;
    private final ServiceMetrics metrics;
    private final Executor later = CompletableFuture.delayedExecutor(LOOK_MS, TimeUnit.MILLISECONDS);

    /** @param maxBans at once */
    public Moderator(
            ClusterBus bus, ConnectionManager boards, PresenceQueries queries, int maxBans, ServiceMetrics metrics) {
        this.orders = bus.moderation();
        this.boards = boards;
        this.queries = queries;
        this.maxBans = maxBans;
        this.metrics = metrics;
        orders.listen(new Ears());
    }

    /** Removes whoever is meant; ends when they have gone, or after a while. */
    public CompletionStage<Outcome> kick(Kick kick) {
        metrics.kicks.increment();
        CompletableFuture<Set<MemberId>> targets = targets(kick).toCompletableFuture();
        // Told before it is known who is there: where that cannot be asked, they have to go nonetheless.
        CompletionStage<?> told = targets.handle((found, failure) -> {
                    apply(kick);
                    return orders.kick(kick);
                })
                .thenCompose(stage -> stage);
        return told.thenCompose(done -> targets)
                .thenCompose(found -> awaitGone(kick, found, System.nanoTime() + PATIENCE.toNanos()));
    }

    private void apply(Kick kick) {
        Ban ban = kick.ban();
        if (ban != null) {
            // First: who joins behind the kick finds it.
            boards.bans().add(ban);
        }
        boards.kick(kick);
    }

    private CompletionStage<Outcome> awaitGone(Kick kick, Set<MemberId> found, long deadline) {
        return targets(kick).thenCompose(there -> {
            Set<MemberId> left = new HashSet<>(found);
            left.retainAll(there);
            if (left.isEmpty() || System.nanoTime() > deadline) {
                return CompletableFuture.completedFuture(new Outcome(found.size() - left.size(), left.size()));
            }
            return CompletableFuture.supplyAsync(() -> awaitGone(kick, found, deadline), later)
                    .thenCompose(outcome -> outcome);
        });
    }

    private CompletionStage<Set<MemberId>> targets(Kick kick) {
        BoardId board = kick.board();
        if (kick.member() != null && board != null) {
            return queries.whoIsOn(board)
                    .thenApply(members ->
                            members.stream().filter(kick::names).map(Member::id).collect(Collectors.toSet()));
        }
        return queries.sessions(kick.userId())
                .thenApply(sessions -> sessions.stream()
                        .map(LocatedSession::session)
                        .filter(session -> kick.concerns(session.board()))
                        .map(session -> session.member())
                        .collect(Collectors.toSet()));
    }

    /** Whether there is room for another ban. */
    public boolean mayBan() {
        return bans().size() < maxBans;
    }

    /** Those that this node knows of. */
    public List<Ban> bans() {
        return boards.bans().all();
    }

    /** Ends a ban; whether there was one. */
    public CompletionStage<Boolean> pardon(String userId, @Nullable BoardId board) {
        boolean known = boards.bans().remove(userId, board);
        return orders.pardon(userId, board).thenApply(done -> known);
    }

    /** An event of the service itself, to everybody on a board or to those members. */
    public CompletionStage<?> signal(BoardId board, String type, byte[] payload, List<MemberId> to) {
        boards.signal(board, type, payload, to);
        return orders.signal(board, type, payload, to);
    }

    private final class Ears implements ModerationBus.Listener {
        @Override
        public void onKick(Kick kick) {
            apply(kick);
        }

        @Override
        public void onPardon(String userId, @Nullable BoardId board) {
            boards.bans().remove(userId, board);
        }

        @Override
        public void onBans(Collection<Ban> before, Collection<Ban> all) {
            boards.bans()
                    .merge(before, all)
                    .forEach(ban -> boards.kick(new Kick(ban.board(), null, ban.userId(), "", ban.remainingMs())));
        }

        @Override
        public List<Ban> knownBans() {
            return bans();
        }
    }
}
