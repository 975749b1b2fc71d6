package presence.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** One fault, or two at once, from the first churn to the last look. */
final class Round {
    private static final int BEFORE = 40;
    private static final int AFTER = 8;
    private static final double GIVE_UP = 0.25;
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration OVERTIME = Duration.ofSeconds(10);
    private static final int SHOWN = 12;

    private final FaultFixture stage;
    private final List<Fault> faults;
    private final FaultTable table;
    private final List<String> wrong = new ArrayList<>();
    private boolean fit;

    /** @param faults one, or two that combine */
    Round(FaultFixture stage, List<Fault> faults, FaultTable table) {
        this.stage = stage;
        this.faults = faults;
        this.table = table;
    }

    /** Whether another round may begin from where this one ended. */
    boolean leavesStageFit() {
        return fit;
    }

    static String title(List<Fault> faults) {
        return faults.size() == 1 ? faults.get(0).title() : "two at once";
    }

    /** Returns everything that was not as it has to be. */
    List<String> run() {
        SimulatedUsers crowd = stage.crowd();
        crowd.takeSeen();
        crowd.giveUp(faults.contains(Fault.KILL_NODE) ? GIVE_UP : 0);
        crowd.churn(BEFORE);
        List<ActiveFault> wounds = new ArrayList<>();
        try {
            faults.forEach(fault -> wounds.add(fault.inflict(stage)));
            crowd.burst(AFTER);
            if (wounds.size() == 1) {
                lookWhileItLasts(wounds.get(0));
            }
            wounds.forEach(wound -> {
                Duration left = wound.lasting().minusNanos(System.nanoTime() - wound.sinceNanos());
                if (!left.isNegative()) {
                    crowd.churnFor(left);
                }
            });
            long since = wounds.stream().mapToLong(ActiveFault::heal).max().orElseThrow();
            lookAfter(faults.stream().anyMatch(Fault::isAtOnce) ? lastDeed(since) : since);
        } finally {
            wounds.forEach(ActiveFault::cleanUp);
        }
        return wrong;
    }

    private void lookWhileItLasts(ActiveFault wound) {
        ActiveFault.Parting parting = wound.parting();
        if (parting != null) {
            measure(
                    parting.what(),
                    stage.scale().bound(parting.bound(), false),
                    parting.sight(),
                    wound.sinceNanos(),
                    Duration.ZERO);
        }
    }

    private long lastDeed(long sinceNanos) {
        Convergence.await(stage.crowd()::onTheWay, OVERTIME);
        return Math.max(sinceNanos, stage.crowd().lastDeedNanos());
    }

    private void lookAfter(long sinceNanos) {
        String title = title(faults);
        measure(title, bound(), Visibility.CLEAR, sinceNanos, stage.scale().of(QUIET));
        List<String> violations = new Invariants(stage).violations(ghosts());
        fit = wrong.isEmpty() && violations.isEmpty();
        violations.addAll(stage.tap().takeViolations());
        Observations.Seen seen = stage.crowd().takeSeen();
        violations.addAll(seen.complaints());
        if (faults.stream().noneMatch(Fault::parts)) {
            seen.flaps().forEach(flap -> violations.add("flapped: " + flap));
        }
        if (faults.stream().allMatch(Fault::keepsSessions)) {
            addLost(seen.lostSessions(), "came back and was somebody new: ", violations);
        }
        if (faults.stream().allMatch(Fault::keepsSessionsEverywhere)) {
            addLost(seen.lostMovers(), "came back elsewhere and was somebody new: ", violations);
        }
        table.addReturns(seen.resumed(), seen.late());
        if (!violations.isEmpty()) {
            table.addViolated(title);
            wrong.addAll(violations);
        }
    }

    /** Of a member that its node had no time to tell of before it was killed, nobody can know. */
    private void addLost(List<Observations.Lost> all, String what, List<String> violations) {
        all.stream()
                .filter(lost -> !lost.young() || stage.tap().hasHeardOf(lost.memberId()))
                .forEach(lost -> violations.add(what + lost.name()));
    }

    private Duration ghosts() {
        return faults.stream()
                .map(fault -> fault.ghosts(stage.scale()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private Duration bound() {
        return faults.stream().map(fault -> fault.bound(stage.scale())).reduce(Duration.ZERO, Duration::plus);
    }

    private void measure(String title, Duration bound, Visibility sight, long sinceNanos, Duration quiet) {
        Convergence measured =
                Convergence.await(() -> stage.crowd().differences(sight), sinceNanos, bound, OVERTIME, quiet);
        table.add(title, bound, measured);
        if (!measured.isReached()) {
            wrong.add(title + ": not exact after " + measured.after().toMillis() + " ms, bound " + bound.toMillis()
                    + " ms:\n" + shown(measured.remaining()));
        } else if (measured.after().compareTo(bound) > 0) {
            wrong.add(title + ": exact after " + measured.after().toMillis() + " ms, bound " + bound.toMillis()
                    + " ms, the last of it:\n" + shown(measured.last()));
        }
    }

    static String shown(List<String> lines) {
        String more = lines.size() > SHOWN ? "\n  … and " + (lines.size() - SHOWN) + " more" : "";
        return lines.stream().limit(SHOWN).map(line -> "  " + line).collect(Collectors.joining("\n")) + more;
    }
}
