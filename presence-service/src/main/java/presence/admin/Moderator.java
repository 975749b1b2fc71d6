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
 * Carries out operators' orders over the whole cluster. Thread-safe; answers come on any thread, and a stage fails when
 * the other nodes cannot be reached: on this node the order is carried out all the same.
 */
public final class Moderator {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long POLL_MS = 50;

    /**
     * @param kicked members that have left
     * @param pending members that were still there after {@link #PATIENCE}
     */
    public record Outcome(int kicked, int pending) {}

    private final ModerationBus orders;
    private final ConnectionManager boards;
    private final PresenceQueries queries;
    private final int maxBans;
    private final ServiceMetrics metrics;
    private final Executor later = CompletableFuture.delayedExecutor(POLL_MS, TimeUnit.MILLISECONDS);

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

    /** Removes the members named by the kick; ends when they have left, or after {@link #PATIENCE}. */
    public CompletionStage<Outcome> kick(Kick kick) {
        metrics.kicks.increment();
        CompletableFuture<Set<MemberId>> targets = targets(kick).toCompletableFuture();
        // Sent whether or not the targets are known: the kick must work even if they cannot be queried.
        CompletionStage<?> sent = targets.handle((found, failure) -> {
                    apply(kick);
                    return orders.kick(kick);
                })
                .thenCompose(stage -> stage);
        return sent.thenCompose(done -> targets)
                .thenCompose(found -> awaitGone(kick, found, System.nanoTime() + PATIENCE.toNanos()));
    }

    private void apply(Kick kick) {
        Ban ban = kick.ban();
        if (ban != null) {
            // The ban comes first, so that a join right after the kick is refused.
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

    /** Returns whether there is room for another ban. */
    public boolean mayBan() {
        return bans().size() < maxBans;
    }

    /** Returns the bans this node knows. */
    public List<Ban> bans() {
        return boards.bans().all();
    }

    /** Ends a ban; returns whether there was one. */
    public CompletionStage<Boolean> pardon(String userId, @Nullable BoardId board) {
        boolean known = boards.bans().remove(userId, board);
        return orders.pardon(userId, board).thenApply(done -> known);
    }

    /** Sends an operator's event to all members of a board, or to the named ones. */
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
