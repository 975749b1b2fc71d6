package presence.agent;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.MemberId;

/**
 * Finds the newest record of an agent, which may be on another node. A call to this node right after one that another
 * node answered must see the result of that one, and messages between nodes may be slower than the caller. So the
 * lookup reads the stored record, and waits until this node's board shows that record or a newer one. Thread-safe.
 */
final class AgentLookup {
    /**
     * The result of a lookup.
     *
     * @param exists whether a node has the agent
     * @param version of its newest record; 0 = unknown
     */
    record Found(boolean exists, long version) {
        private static final Found NOTHING = new Found(false, 0);
    }

    private static final long READ_MS = 2_000;
    /** How long the lookup waits for the board to show the stored record. After that it uses the stored one. */
    private static final long NEWS_MS = 1_000;
    /**
     * How long the lookup waits for the board to remove a member that is not stored. After that the member exists: its
     * owner has not stored it yet, or has failed.
     */
    private static final long END_MS = 500;

    private static final long POLL_MS = 10;

    private final Function<BoardId, CompletionStage<Optional<List<Member>>>> view;
    private final BiFunction<BoardId, MemberId, CompletionStage<Optional<Member>>> directory;
    private final LongSupplier clock;

    /**
     * @param view the members of a board as this node shows them; empty if it does not follow the board
     * @param directory the newest record of a member as its owner stored it
     * @param clock monotonic milliseconds
     */
    AgentLookup(
            Function<BoardId, CompletionStage<Optional<List<Member>>>> view,
            BiFunction<BoardId, MemberId, CompletionStage<Optional<Member>>> directory,
            LongSupplier clock) {
        this.view = view;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Looks for a member; ends on {@code loop}. Fails if the stored record cannot be read and this node does not follow
     * the board.
     */
    CompletionStage<Found> find(EventLoop loop, BoardId board, MemberId id) {
        CompletableFuture<Found> found = new CompletableFuture<>();
        directory
                .apply(board, id)
                .toCompletableFuture()
                .copy()
                .orTimeout(READ_MS, TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (stored, failure) -> new Wait(loop, board, id, stored, failure, found).compare(), loop);
        return found;
    }

    /** One lookup, after the stored record was read. */
    private final class Wait {
        private final EventLoop loop;
        private final BoardId board;
        private final MemberId id;
        /** Null if it could not be read. */
        private final @Nullable Optional<Member> stored;

        private final @Nullable Throwable failure;
        private final CompletableFuture<Found> found;
        private final long beganMs = clock.getAsLong();

        Wait(
                EventLoop loop,
                BoardId board,
                MemberId id,
                @Nullable Optional<Member> stored,
                @Nullable Throwable failure,
                CompletableFuture<Found> found) {
            this.loop = loop;
            this.board = board;
            this.id = id;
            this.stored = stored;
            this.failure = failure;
            this.found = found;
        }

        void compare() {
            view.apply(board).thenAcceptAsync(this::compareWith, loop);
        }

        private void compareWith(Optional<List<Member>> shown) {
            Member here = shown.stream()
                    .flatMap(List::stream)
                    .filter(member -> member.id().equals(id))
                    .findAny()
                    .orElse(null);
            if (stored == null && shown.isEmpty()) {
                found.completeExceptionally(new CompletionException(failure));
            } else if (mayBeLate(shown.isPresent(), here)) {
                loop.schedule(this::compare, POLL_MS, TimeUnit.MILLISECONDS);
            } else {
                found.complete(newest(here));
            }
        }

        private boolean mayBeLate(boolean follows, @Nullable Member here) {
            if (stored == null || !follows) {
                return false;
            }
            long waited = clock.getAsLong() - beganMs;
            return stored.isPresent()
                    ? waited < NEWS_MS
                            && (here == null || here.version() < stored.get().version())
                    : waited < END_MS && here != null;
        }

        private Found newest(@Nullable Member here) {
            long known = here == null ? 0 : here.version();
            Member written = stored == null ? null : stored.orElse(null);
            return here == null && written == null
                    ? Found.NOTHING
                    : new Found(true, written == null ? known : Math.max(known, written.version()));
        }
    }
}
