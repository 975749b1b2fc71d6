package presence.board.spi;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.NodeLoad;
import presence.model.UserEntry;

/**
 * The cluster seen by user and as a whole, for questions that no single board can answer. Each node makes
 * its own users known and asks about all. Thread-safe; answers come on any thread, and a stage fails where
 * the others cannot be asked right now: no answer is better than half of one.
 */
public interface ClusterDirectory {
    /** Hears when a user's first session of the cluster came and when the last one has gone. */
    interface UserListener {
        /** Strictly alternating for each user, but for those {@link #onGap} speaks of. Must not block. */
        void onUser(String userId, boolean online);

        /** From here on everything is told; before that something may have been missed. */
        default void onGap() {}
    }

    /** Where to get all users of this node from when they must be told again. Called once, before anything else. */
    void represent(Supplier<Collection<UserEntry>> localUsers);

    /** What became of some users of this node; kept until the others know, or until it is superseded. */
    void publish(Collection<UserEntry> changed);

    /** Hears about users from now on. */
    void listen(UserListener listener);

    /** Those of the users that have a session somewhere, or had one just now. */
    CompletionStage<Set<String>> online(Collection<String> users);

    CompletionStage<Long> usersOnline();

    /** Where a user is; empty for somebody who is nowhere. */
    CompletionStage<List<LocatedSession>> sessions(String user);

    /** The boards somebody is on, in no order. Costs a walk over all of them. */
    CompletionStage<Set<BoardId>> boards();

    /** Who is on a board, by what its owners wrote. */
    CompletionStage<List<Member>> members(BoardId board);

    /** Compares what the others can read of this node's users, and of nodes that are gone, with what is true. */
    CompletionStage<List<Inconsistency>> look();

    /** The other nodes alive, with what they said last. */
    List<NodeLoad> otherNodes();
}
