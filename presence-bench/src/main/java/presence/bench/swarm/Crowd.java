package presence.bench.swarm;

/**
 * What a swarm has besides members that are shown everything.
 *
 * @param observers on each board
 * @param watchers connections that watch boards without being on one
 * @param watchedBoards by each of them, the first of the swarm
 * @param visible how many of its board's members each client shows; 0 = no client tells what it shows
 * @param panHz changes of each window per second
 * @param rosterLimit members that each client is told when it joins; 0 = all
 * @param seed of where members go, and of the windows
 */
public record Crowd(
        int observers, int watchers, int watchedBoards, int visible, double panHz, int rosterLimit, long seed) {
    public static final Crowd NONE = new Crowd(0, 0, 0, 0, 0, 0, 0);

    /** The service's bounds from which on it filters, unless it is configured otherwise. */
    private static final int FILTERED_POSITIONS = 64;

    private static final int FILTERED_MEMBERS = 128;
    private static final int TICK_HZ = 30;
    /** The averages of a tick vary. */
    private static final double SURELY = 1.25;

    private static final int MOST_WATCHED = 200;

    /** @throws IllegalArgumentException that names the option, its value and the allowed values */
    public Crowd {
        SwarmPlan.within("--observers", observers, 0, 100_000);
        SwarmPlan.within("--watchers", watchers, 0, 100_000);
        SwarmPlan.within("--watched-boards", watchedBoards, 0, MOST_WATCHED);
        SwarmPlan.within("--visible", visible, 0, 100_000);
        SwarmPlan.within("--pan-hz", panHz, 0, 20);
        SwarmPlan.within("--roster-limit", rosterLimit, 0, 100_000);
    }

    boolean hasViewports() {
        return visible > 0;
    }

    /** Returns whether it has anything that a report tells about. */
    boolean isAny() {
        return observers + watchers + visible + rosterLimit > 0;
    }

    /** Returns whether the service surely sends by window: then no client is to get what it does not show. */
    boolean isFiltered(SwarmPlan plan) {
        double perTick = plan.movers() * Math.min(1, plan.hz() / TICK_HZ);
        return hasViewports() && plan.users() >= SURELY * FILTERED_MEMBERS && perTick >= SURELY * FILTERED_POSITIONS;
    }
}
