package presence.fault;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The time at which all rosters became exact.
 *
 * @param after from the start of the count to the moment since which nothing differs
 * @param remaining differences left; then {@code after} is the time waited
 * @param last the last differences seen
 */
record Convergence(Duration after, List<String> remaining, List<String> last) {
    private static final Duration INTERVAL = Duration.ofMillis(10);
    /** Least time of waiting, even if the bound has passed already. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    /**
     * Waits until nothing has differed for a quiet time.
     *
     * @param overtime how long to wait beyond the bound, to measure by how much it is missed
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
                    .pollInterval(INTERVAL)
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

    /** Waits until nothing differs, at most for the given time. */
    static Convergence await(Supplier<List<String>> differences, Duration atMost) {
        return await(differences, System.nanoTime(), atMost, Duration.ZERO, Duration.ZERO);
    }

    boolean isReached() {
        return remaining.isEmpty();
    }
}
