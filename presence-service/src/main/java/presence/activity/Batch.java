package presence.activity;

import java.util.List;
import java.util.Map;

/**
 * What a node adds to the activity of one hour.
 *
 * @param hour hours since 1970, in UTC
 * @param totals of all boards; {@link Activity#most} is not used
 * @param samples members of this node at the ends of periods, by their begin in milliseconds since 1970
 * @param boards by id; empty ids do not occur
 * @param users that were there
 */
public record Batch(
        long hour, Activity totals, Map<Long, Integer> samples, Map<String, Activity> boards, List<String> users) {
    public static final long HOUR_MS = 3_600_000;
    public static final long HOURS_PER_DAY = 24;

    /** Returns the hour of a wall-clock time. */
    public static long hourOf(long wallMs) {
        return Math.floorDiv(wallMs, HOUR_MS);
    }
}
