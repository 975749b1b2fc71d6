package presence.bench.swarm;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a swarm measured and checked of observers, watchers and windows.
 *
 * @param mbitPerMember received by each member, all frames together
 * @param mbitPerObserver the same of observers; 0 without any
 * @param visible members that a window showed, on average; 0 without windows
 * @param outside share of the positions, 0 to 1, that came from outside of windows and margins: of members that left them,
 *     and, on small boards, once a second
 * @param observerHz frames that each observer received a second
 * @param joinP50Ms from the connection to the roster, of users that came back while it measured; 0 if none did
 * @param failures differences between what clients got and what they should have got
 * @param firstFailures the first of them
 * @param countErrors clients with wrong counts of their board at the end
 * @param watchErrors boards of which watchers had wrong counts at the end
 */
public record CrowdReport(
        long seed,
        double mbitPerMember,
        double mbitPerObserver,
        double visible,
        double outside,
        double observerHz,
        double observerAgeP50Ms,
        double observerAgeP99Ms,
        double joinP50Ms,
        double joinP99Ms,
        long failures,
        List<String> firstFailures,
        long countErrors,
        long watchErrors) {

    static @Nullable CrowdReport of(
            SwarmPlan plan,
            Tally members,
            Tally observers,
            double seconds,
            Tally failed,
            long countErrors,
            long watchErrors) {
        Crowd crowd = plan.crowd();
        if (!crowd.isAny()) {
            return null;
        }
        int observing = plan.boards() * crowd.observers();
        double observerSeconds = Math.max(1, observing) * seconds;
        long windows = members.windows + observers.windows;
        return new CrowdReport(
                crowd.seed(),
                mbit(members) / (plan.boards() * plan.users() * seconds),
                mbit(observers) / observerSeconds,
                windows == 0 ? 0 : (double) (members.visible + observers.visible) / windows,
                (double) (members.outside + observers.outside) / Math.max(1, members.delivered + observers.delivered),
                observers.cursorFrames / observerSeconds,
                SwarmReport.ageMs(observers.ages, 50),
                SwarmReport.ageMs(observers.ages, 99),
                SwarmReport.ageMs(members.joins, 50),
                SwarmReport.ageMs(members.joins, 99),
                failed.failures,
                List.copyOf(failed.firstFailures),
                countErrors,
                watchErrors);
    }

    private static double mbit(Tally tally) {
        return (tally.cursorBytes + tally.otherBytes) * 8 / 1e6;
    }

    boolean isFlawless() {
        return failures == 0 && countErrors == 0 && watchErrors == 0;
    }

    /** Adds the reasons to doubt the figures, in words. */
    void addFlaws(List<String> flaws) {
        if (failures > 0) {
            flaws.add(failures + " differences from the cropped stream with --seed " + seed + " " + firstFailures);
        }
        if (countErrors > 0) {
            flaws.add(countErrors + " clients with wrong counts");
        }
        if (watchErrors > 0) {
            flaws.add(watchErrors + " watched boards with wrong counts");
        }
    }

    void addTo(List<String> lines) {
        lines.add(
                line("received by a client", "%.3f Mbit/s a member, %.3f an observer", mbitPerMember, mbitPerObserver));
        if (visible > 0) {
            lines.add(
                    line("members in a window", "%.0f; %.1f %% of the positions from outside", visible, outside * 100));
        }
        if (observerHz > 0) {
            lines.add(line(
                    "observers",
                    "%.1f frames a second; age p50 %.1f  p99 %.1f ms",
                    observerHz,
                    observerAgeP50Ms,
                    observerAgeP99Ms));
        }
        if (joinP50Ms > 0) {
            lines.add(line("join of users who return", "p50 %.1f  p99 %.1f ms", joinP50Ms, joinP99Ms));
        }
        lines.add(line(
                "unlike what it should be", "%d frames, %d counts, %d watched", failures, countErrors, watchErrors));
        firstFailures.forEach(failure -> lines.add(line("", "%s", failure)));
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-26s ", name) + String.format(Locale.ROOT, format, values);
    }
}
