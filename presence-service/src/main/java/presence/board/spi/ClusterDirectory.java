package presence.board.spi;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import presence.model.BoardId;
import presence.model.LocatedSession;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeLoad;
import presence.model.UserEntry;

/**
 * Queries by user and over the whole cluster, which no single board can answer. Each node publishes its own users and
 * queries all. Thread-safe; answers come on any thread, and a stage fails while the other nodes cannot be queried: a
 * partial answer is never given.
 */
public interface ClusterDirectory {
    /** Is notified when a user's first session in the cluster begins and when the last one has ended. */
    interface UserListener {
        /** Alternates strictly for each user, except after {@link #onGap}. Must not block. */
        void onUser(String userId, boolean online);

        /** Notifications before this call may have been missed; from here on all are delivered. */
        default void onGap() {}
    }

    /**
     * Sets the source of all users of this node, for when they must be published again. Called once, before anything
     * else.
     */
    void represent(Supplier<Collection<UserEntry>> localUsers);

    /** Publishes changes to some users of this node; retained until they are stored or superseded. */
    void publish(Collection<UserEntry> changed);

    /** Subscribes to users' changes from now on. */
    void listen(UserListener listener);

    /** Returns those of the users that have a session on any node, or had one a moment ago. */
    CompletionStage<Set<String>> online(Collection<String> users);

    CompletionStage<Long> usersOnline();

    /** Returns the sessions of a user; empty for a user who is offline. */
    CompletionStage<List<LocatedSession>> sessions(String user);

    /** Returns the boards that have members, in no order. Costs a scan over all of them. */
    CompletionStage<Set<BoardId>> boards();

    /** Returns the members of a board as their owners stored them. */
    CompletionStage<List<Member>> members(BoardId board);

    /** Returns the newest record of a member of a board, as its owner stored it; empty if no live node has the member. */
    CompletionStage<Optional<Member>> member(BoardId board, MemberId id);

    /** Returns how many observers a board has, over all nodes. */
    CompletionStage<Integer> observers(BoardId board);

    /**
     * Returns a reader of one board's summary, for boards that this node does not follow. It keeps what it has read, so
     * that reading an unchanged board again costs little.
     */
    SummaryReader summaries(BoardId board);

    /** Compares what is stored of this node's users, and of nodes that are gone, with this node's state. */
    CompletionStage<List<Inconsistency>> inspect();

    /** Returns the other nodes alive, with the load they published last. */
    List<NodeLoad> otherNodes();
}
