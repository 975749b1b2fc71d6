package presence.viewport;

import org.jspecify.annotations.Nullable;

/** What one client shows of a board, and whom it follows. */
public final class Viewer {
    /** The most members that a client may follow. */
    public static final int MOST_FOLLOWED = 16;

    /** The least time between two frames, in milliseconds. */
    final int leastMs;

    View view;
    Area area;
    int[] follow;

    /** The tick in which positions of members at rest were sent to it last. */
    long filledTick = LatestPositions.NONE;

    /** Null unless it is known to miss frames. */
    @Nullable MissedSlots missed;

    Viewer(int leastMs, View view, Area area, int[] follow) {
        this.leastMs = leastMs;
        this.view = view;
        this.area = area;
        this.follow = follow;
    }

    /** Returns the id of the view that it belongs to now. */
    public int viewId() {
        return view.id;
    }

    boolean follows(int slot) {
        for (int followed : follow) {
            if (followed == slot) {
                return true;
            }
        }
        return false;
    }

    /** Ends following a member that has left. */
    void unfollow(int slot) {
        int kept = 0;
        for (int followed : follow) {
            kept += followed == slot ? 0 : 1;
        }
        if (kept < follow.length) {
            int[] rest = new int[kept];
            int at = 0;
            for (int followed : follow) {
                if (followed != slot) {
                    rest[at++] = followed;
                }
            }
            follow = rest;
        }
    }
}
