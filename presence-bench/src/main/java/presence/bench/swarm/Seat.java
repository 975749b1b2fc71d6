package presence.bench.swarm;

import org.jspecify.annotations.Nullable;

/**
 * What a user is on its board, and what it checks.
 *
 * @param observer whether it is in no roster and does not move
 * @param window null if it does not tell what it shows
 * @param cropped null if it does not, or does not check what it gets
 * @param counts whether it asks for the board's counts
 * @param rosterLimit members that it is told when it joins; 0 = all
 */
record Seat(
        boolean observer,
        BoardView view,
        Tally tally,
        @Nullable WindowWalk window,
        @Nullable CroppedView cropped,
        boolean counts,
        int rosterLimit) {
    static Seat of(SwarmPlan plan, SwarmBoard board, int index, LoopState loop) {
        boolean observer = index >= plan.users();
        int number = observer ? index - plan.users() : index;
        boolean checks = number % (observer ? plan.checkEveryObserver() : plan.checkEvery()) == 0;
        Tally tally = observer ? loop.observers : loop.tally;
        Space space = board.space;
        WindowWalk window =
                space == null ? null : new WindowWalk(space, plan.crowd().seed() * 1_000_003 + index);
        CroppedView cropped =
                window == null || !checks ? null : new CroppedView(board, tally, index, window, plan.patienceNanos());
        int limit = plan.crowd().rosterLimit();
        BoardView view =
                limit > 0 && !checks ? BoardView.counting(board, tally) : new BoardView(board, tally, checks, cropped);
        view.isPaged = limit > 0;
        return new Seat(
                observer, view, tally, window, cropped, checks && plan.crowd().isAny(), limit);
    }
}
