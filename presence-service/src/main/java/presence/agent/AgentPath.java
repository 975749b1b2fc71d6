package presence.agent;

import java.util.List;
import presence.model.Position;

/** A path through timed points, in straight lines. Immutable; pure: time is a parameter. */
public final class AgentPath {
    /** The most points of a path. */
    public static final int MOST_POINTS = 500;
    /** The longest duration of a path. */
    public static final int MOST_MS = 60_000;

    /** @param atMs milliseconds after the call, 0 to {@link #MOST_MS} */
    public record Point(int atMs, Position position) {}

    private final List<Point> points;

    /** @throws IllegalArgumentException without points, with too many, or if a point is not after the one before */
    public AgentPath(List<Point> points) {
        if (points.isEmpty() || points.size() > MOST_POINTS) {
            throw new IllegalArgumentException("a path must have 1 to " + MOST_POINTS + " points");
        }
        int before = -1;
        for (Point point : points) {
            if (point.atMs() <= before || point.atMs() > MOST_MS) {
                throw new IllegalArgumentException("at_ms must rise from point to point, up to " + MOST_MS);
            }
            before = point.atMs();
        }
        this.points = List.copyOf(points);
    }

    /** Returns a path of one point, reached at once. */
    static AgentPath to(Position end) {
        return new AgentPath(List.of(new Point(0, end)));
    }

    /** Returns when the last point is reached, in milliseconds after the call. */
    public int lastMs() {
        return points.get(points.size() - 1).atMs();
    }

    /** Returns the position {@code ms} after the call; before and after the path it is the nearer end. */
    Position at(long ms) {
        Point before = points.get(0);
        for (Point point : points) {
            if (point.atMs() > ms) {
                return point == before ? point.position() : between(before, point, ms);
            }
            before = point;
        }
        return before.position();
    }

    private static Position between(Point from, Point to, long ms) {
        double part = (double) (ms - from.atMs()) / (to.atMs() - from.atMs());
        return new Position(
                between(from.position().x(), to.position().x(), part),
                between(from.position().y(), to.position().y(), part),
                from.position().hidden());
    }

    private static int between(int from, int to, double part) {
        return (int) Math.round(from + part * ((double) to - from));
    }
}
