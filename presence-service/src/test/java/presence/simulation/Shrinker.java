package presence.simulation;

import java.util.ArrayList;
import java.util.List;

/** Finds a shorter schedule that fails in the same way: removes ever smaller parts as long as it does. */
final class Shrinker {
    private static final int MOST_RUNS = 400;

    private final String kind;
    private int runs;

    private Shrinker(String kind) {
        this.kind = kind;
    }

    static Scenario shrink(Scenario scenario, String kind) {
        Shrinker shrinker = new Shrinker(kind);
        Scenario shortest = scenario;
        int before;
        do {
            before = shortest.steps().size();
            for (int part = Math.max(1, before / 2); part >= 1; part /= 2) {
                shortest = shrinker.without(shortest, part);
            }
        } while (shortest.steps().size() < before);
        return shortest;
    }

    private Scenario without(Scenario scenario, int part) {
        Scenario shortest = scenario;
        for (int from = 0; from < shortest.steps().size(); ) {
            List<Step> fewer = new ArrayList<>(shortest.steps());
            fewer.subList(from, Math.min(from + part, fewer.size())).clear();
            Scenario shorter = shortest.with(fewer);
            if (fails(shorter)) {
                shortest = shorter;
            } else {
                from += part;
            }
        }
        return shortest;
    }

    private boolean fails(Scenario scenario) {
        return runs++ < MOST_RUNS && World.run(scenario, false).kind().equals(kind);
    }
}
