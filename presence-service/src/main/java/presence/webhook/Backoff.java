package presence.webhook;

import io.netty.handler.codec.DateFormatter;
import java.util.Date;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Computes the pauses between the attempts of a request. Not thread-safe, because its generator is not. */
final class Backoff {
    private static final long FIRST_MS = 1_000;
    private static final long MOST_MS = 600_000;
    /** Longer numbers of seconds exceed the longest pause, and need not be parsed. */
    private static final int MOST_DIGITS = 9;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns the pause before the next attempt, in milliseconds: it doubles, with a fifth of jitter, so that nodes and URLs
     * do not retry at the same time. It is at least as long as the receiver asked for, up to ten minutes.
     *
     * @param attempts that failed before the last one
     * @param reply to the last one; null if there was none
     * @param nowMs wall clock
     */
    long pauseMs(int attempts, @Nullable Reply reply, long nowMs) {
        long pause = Math.min(MOST_MS, FIRST_MS << Math.min(attempts, 20));
        long own = pause + random.nextLong(-pause / 5, pause / 5 + 1);
        long asked = reply == null || !reply.namesPause() ? 0 : askedMs(reply.retryAfter(), nowMs);
        return Math.max(own, Math.min(asked, MOST_MS));
    }

    /** Reads {@code Retry-After}: seconds, or a date; 0 or less for a date in the past and for anything else. */
    private static long askedMs(String retryAfter, long nowMs) {
        if (retryAfter.matches("[0-9]+")) {
            return retryAfter.length() > MOST_DIGITS ? MOST_MS : 1_000 * Long.parseLong(retryAfter);
        }
        Date date = DateFormatter.parseHttpDate(retryAfter);
        return date == null ? 0 : date.getTime() - nowMs;
    }
}
