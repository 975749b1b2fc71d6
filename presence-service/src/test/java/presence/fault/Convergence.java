package presence.fault;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * When everything became exact.
 *
 * @param after from when it was counted to the moment since which nothing differs any more
 * @param remaining what still differs; then {@code after} is how long was waited
 * @param last what differed last
 */
record Convergence(Duration after, List<String> remaining, List<String> last) {
    private static final Duration LOOK = Duration.ofMillis(10);
    /** Even what is late already is looked at for so long. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    /**
     * Waits until nothing has differed for a quiet time.
     *
     * @param overtime how long to wait beyond the bound, to know by how much it is missed
     */
    static Convergence await(
            Supplier<List<String>> differences, long sinceNanos, Duration bound, Duration overtime, Duration quiet) {
        class Watch {
            long lastWrong = sinceNanos;
            List<String> now = List.of();
            List<String> last = List.of();

            boolean isExact() {
                now = differences.get();
                if (!now.isEmpty()) {
                    lastWrong = System.nanoTime();
                    last = now;
                }
                return now.isEmpty();
            }
        }
        Watch watch = new Watch();
        Duration left = bound.plus(overtime).minusNanos(System.nanoTime() - sinceNanos);
        try {
            Awaitility.await("all is exact")
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK)
                    .during(quiet)
                    .atMost(quiet.plus(left.compareTo(LEAST) < 0 ? LEAST : left))
                    .until(watch::isExact);
        } catch (ConditionTimeoutException e) {
            List<String> remaining =
                    watch.now.isEmpty() ? List.of("was wrong again and again, the last time just now") : watch.now;
            return new Convergence(Duration.ofNanos(System.nanoTime() - sinceNanos), remaining, watch.last);
        }
        return new Convergence(Duration.ofNanos(watch.lastWrong - sinceNanos), List.of(), watch.last);
    }

    /** Waits for so long at most; nothing is known beyond that. */
    static Convergence await(Supplier<List<String>> differences, Duration atMost) {
        return await(differences, System.nanoTime(), atMost, Duration.ZERO, Duration.ZERO);
    }

    boolean isReached() {
        return remaining.isEmpty();
    }
}
