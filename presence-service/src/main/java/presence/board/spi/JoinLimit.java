package presence.board.spi;

import java.util.concurrent.CompletionStage;

/** Limits how often a user may join, over the whole cluster. Thread-safe. */
public interface JoinLimit {
    /**
     * @param remaining joins left now
     * @param retryAfterMs 0 if this one is allowed, else when the next one will be
     */
    record Allowance(int remaining, long retryAfterMs) {
        /** For users that cannot be counted. */
        public static final Allowance UNCOUNTED = new Allowance(Integer.MAX_VALUE, 0);

        public boolean isAllowed() {
            return retryAfterMs == 0;
        }
    }

    /**
     * Counts a join of the user, if it is allowed. Never fails, and takes a quarter of a second at most: the join is
     * allowed when Redis does not answer.
     */
    CompletionStage<Allowance> take(String userId);
}
