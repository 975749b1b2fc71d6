package presence.activity;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import presence.metrics.ServiceMetrics;

/** What the record of activity counts. */
public record ActivityMetrics(
        DistributionSummary sessions, DistributionSummary boards, Counter dropped, Counter failures) {
    private static final double[] SECONDS = {10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400};
    private static final double[] MEMBERS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000};

    /** Registers the metrics. */
    public static ActivityMetrics in(ServiceMetrics metrics) {
        return new ActivityMetrics(
                metrics.distribution(
                        "presence.session.length",
                        "seconds",
                        "time from a member's join to its leave, counted where it leaves",
                        SECONDS),
                metrics.distribution(
                        "presence.board.size",
                        "members",
                        "members of all nodes on a board with members of this node, each PRESENCE_ACTIVITY_SECONDS",
                        MEMBERS),
                metrics.counter(
                        "presence.activity.dropped",
                        "hours of boards, and users, that were not recorded because there were too many"),
                metrics.counter("presence.activity.failures", "writes of activity that failed and are repeated"));
    }
}
