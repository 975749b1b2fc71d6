package presence.activity;

/**
 * How much a board was used, or all of them, in some time.
 *
 * @param most members at once
 * @param joins of members, without resumes
 * @param memberMs sum of the times that members were there, in milliseconds
 * @param signals of members
 */
public record Activity(long most, long joins, long memberMs, long signals) {
    public static final Activity NONE = new Activity(0, 0, 0, 0);

    /** Returns the activity of both times, of the same board. */
    public Activity plus(Activity other) {
        return new Activity(
                Math.max(most, other.most), joins + other.joins, memberMs + other.memberMs, signals + other.signals);
    }
}
