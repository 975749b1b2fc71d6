package presence.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Runs many seeds and keeps those that fail. */
final class Survey {
    /** A seed that failed. */
    record Failure(Scenario scenario, Outcome outcome) {
        /** The shortest schedule with the same violation, as a story. */
        String story() {
            return quietly(this::tell);
        }

        private String tell() {
            Scenario shortest = Shrinker.shrink(scenario, outcome.kind());
            Outcome told = World.run(shortest, true);
            return "seed " + scenario.seed() + " (" + shortest.nodes() + " nodes, "
                    + shortest.steps().size() + " of "
                    + scenario.steps().size() + " steps):\n  "
                    + String.join("\n  ", told.story());
        }
    }

    private final List<Failure> failures = new ArrayList<>();
    private final Map<String, Integer> kinds = new TreeMap<>();
    private long seeds;
    private long events;
    private long grants;
    private long slowestMs;

    private Survey() {}

    /**
     * @param many of seeds
     * @param most failures after which it ends
     */
    static Survey of(long first, long many, int most) {
        return of(Scenarios::of, first, many, most);
    }

    static Survey of(LongFunction<Scenario> scenarios, long first, long many, int most) {
        return quietly(() -> {
            Survey survey = new Survey();
            for (long seed = first; seed < first + many && survey.failures.size() < most; seed++) {
                survey.add(scenarios.apply(seed));
            }
            return survey;
        });
    }

    /** Runs something without the log of the nodes, which has no virtual time. */
    static <T> T quietly(Supplier<T> task) {
        Logger log = (Logger) LoggerFactory.getLogger("presence");
        Level before = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            return task.get();
        } finally {
            log.setLevel(before);
        }
    }

    private void add(Scenario scenario) {
        Outcome outcome = World.run(scenario, false);
        seeds++;
        events += outcome.events();
        grants += outcome.grants();
        slowestMs = Math.max(slowestMs, outcome.convergedMs());
        if (!outcome.isGood()) {
            failures.add(new Failure(scenario, outcome));
            kinds.merge(outcome.kind(), 1, Integer::sum);
        }
    }

    /** The grants of locks that clients were told. */
    long grants() {
        return grants;
    }

    List<Failure> failures() {
        return failures;
    }

    @Override
    public String toString() {
        return seeds + " seeds, " + events + " events, slowest convergence " + slowestMs + " ms, " + failures.size()
                + " failures " + kinds;
    }

    /** Says which seed fails first, and how; called through another class loader. */
    static String firstFailure(long first, long many) {
        Survey survey = of(first, many, 1);
        if (survey.failures.isEmpty()) {
            return "no failure in " + survey.seeds + " seeds";
        }
        Failure failure = survey.failures.get(0);
        return "seed " + failure.scenario().seed() + ": "
                + failure.outcome().violations().get(0);
    }
}
