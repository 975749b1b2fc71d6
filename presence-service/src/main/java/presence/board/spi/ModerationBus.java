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
 * What operators want of all nodes. A node does itself what it tells the others; a stage ends when they can hear of
 * it, and fails where that cannot be. Bans outlast the node that they were given to. Thread-safe.
 */
public interface ModerationBus {
    /** Hears what the others were told. Any thread; must not block. */
    interface Listener {
        void onKick(Kick kick);

        void onPardon(String userId, @Nullable BoardId board);

        /**
         * The bans there are, some of which this node may have missed.
         *
         * @param before what {@link #knownBans()} said when they were asked for
         */
        void onBans(Collection<Ban> before, Collection<Ban> all);

        /** All bans this node knows, for a Redis that lost them. */
        List<Ban> knownBans();
    }

    /** Called once, before anything else. */
    void listen(Listener listener);

    /** Told at most once, but for its ban, which every node hears of at last. */
    CompletionStage<?> kick(Kick kick);

    /** Ends a ban, if there is one. */
    CompletionStage<?> pardon(String userId, @Nullable BoardId board);

    /** An event to everybody on a board, or to those members, at most once. */
    CompletionStage<?> signal(BoardId board, String type, byte[] payload, List<MemberId> to);
}
