package presence.board.spi;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.model.Ban;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.MemberId;

/**
 * Sends operators' orders to all other nodes. The sending node carries them out itself; a stage ends when the others
 * can receive the order, and fails when they cannot. Bans outlast the node that received them. Thread-safe.
 */
public interface ModerationBus {
    /** Receives the orders of other nodes. Any thread; must not block. */
    interface Listener {
        void onKick(Kick kick);

        void onPardon(String userId, @Nullable BoardId board);

        /**
         * Delivers all current bans, some of which this node may have missed.
         *
         * @param before the result of {@link #knownBans()} when they were requested
         */
        void onBans(Collection<Ban> before, Collection<Ban> all);

        /** Returns all bans this node knows, to restore them in a Redis that lost them. */
        List<Ban> knownBans();
    }

    /** Called once, before anything else. */
    void listen(Listener listener);

    /** Delivered at most once, except its ban, which every node receives eventually. */
    CompletionStage<?> kick(Kick kick);

    /** Ends a ban, if there is one. */
    CompletionStage<?> pardon(String userId, @Nullable BoardId board);

    /** Sends an event to all members of a board, or to the named ones, at most once. */
    CompletionStage<?> signal(BoardId board, String type, byte[] payload, List<MemberId> to);
}
