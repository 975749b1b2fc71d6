package presence.webhook;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who delivers to which URL and how far that is, for all nodes. Thread-safe; stages fail while it cannot be used.
 */
public interface DeliveryStore {
    /**
     * Takes or renews the lease of a URL.
     *
     * @param start where a URL begins that is new
     * @return the progress, null if another node has the lease
     */
    CompletionStage<@Nullable Progress> claim(String target, String start, long leaseMs);

    /** Stores the progress. Returns false, without storing it, if another node has taken the lease. */
    CompletionStage<Boolean> save(String target, Progress progress);

    /** Gives up the lease. */
    CompletionStage<?> release(String target);

    /** Keeps a dead letter. Returns whether the oldest one was dropped for it, because there are too many. */
    CompletionStage<Boolean> addDead(DeadLetter letter);

    /** The dead letters, in no order and without their bodies. */
    CompletionStage<List<DeadLetter>> dead();

    /** Returns a dead letter with its body, null if there is none of this id. */
    CompletionStage<@Nullable DeadLetter> dead(String id);

    CompletionStage<?> removeDead(String id);
}
