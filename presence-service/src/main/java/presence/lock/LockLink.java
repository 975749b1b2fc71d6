package presence.lock;

import java.util.concurrent.CompletionStage;
import presence.model.MemberId;

/**
 * A board's locks over all nodes. Board loop only; stages end there. A stage fails while the locks cannot be reached:
 * then it is unknown whether the request was carried out.
 */
public interface LockLink {
    /** Asks for a lock, or renews it. The feed hears of the lock before the stage ends. */
    CompletionStage<LockAnswer> lock(LockRequest request, LockLimits limits);

    /** Gives a lock back, or stops waiting for it. Repeated until it is done or every lock has expired. */
    void unlock(String name, MemberId member);

    /**
     * Gives all back that a member holds or waits for. Repeated until it is done or every lock has expired.
     *
     * @param staysMs how long a lock stays after its last renewal; 0 for a member that left by itself
     */
    void release(MemberId member, long staysMs);

    /** Makes this node the owner of what a member holds or waits for, so that it does not end with the node before. */
    void claim(MemberId member);

    /** Reads all locks; those whose time is over are given to the members that wait for them. */
    CompletionStage<?> read();
}
