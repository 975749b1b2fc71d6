package presence.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Runs one fault, or two at once, from the first churn to the last check. */
final class Round {
    private static final int BEFORE = 40;
    private static final int AFTER = 8;
    private static final double GIVE_UP = 0.25;
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration OVERTIME = Duration.ofSeconds(10);
    private static final int SHOWN = 12;

    private final FaultFixture fixture;
    private final List<Fault> faults;
    private final FaultTable table;
    private final List<String> wrong = new ArrayList<>();
    private boolean fit;

    /** @param faults one, or two that combine */
    Round(FaultFixture fixture, List<Fault> faults, FaultTable table) {
        this.fixture = fixture;
        this.faults = faults;
        this.table = table;
    }

    /** Whether another round may use the same cluster. */
    boolean leavesFixtureFit() {
        return fit;
    }

    static String title(List<Fault> faults) {
        return faults.size() == 1 ? faults.get(0).title() : "two at once";
    }

    /** Runs the round and returns all violations. */
    List<String> run() {
        SimulatedUsers users = fixture.users();
        users.takeSeen();
        users.giveUp(faults.contains(Fault.KILL_NODE) ? GIVE_UP : 0);
        users.churn(BEFORE);
        List<ActiveFault> actives = new ArrayList<>();
        try {
            faults.forEach(fault -> actives.add(fault.inflict(fixture)));
            users.burst(AFTER);
            if (actives.size() == 1) {
                checkWhileActive(actives.get(0));
            }
            actives.forEach(active -> {
                Duration left = active.lasting().minusNanos(System.nanoTime() - active.sinceNanos());
                if (!left.isNegative()) {
                    users.churnFor(left);
                }
            });
            long since = actives.stream().mapToLong(ActiveFault::heal).max().orElseThrow();
            boolean parted =
                    faults.stream().anyMatch(Fault::parts) || actives.stream().anyMatch(ActiveFault::parted);
            checkAfter(faults.stream().anyMatch(Fault::isAtOnce) ? lastAction(since) : since, parted);
        } finally {
            actives.forEach(ActiveFault::cleanUp);
        }
        return wrong;
    }

    private void checkWhileActive(ActiveFault active) {
        ActiveFault.Parting parting = active.parting();
        if (parting != null) {
            measure(
                    parting.what(),
                    fixture.scale().bound(parting.bound(), false),
                    parting.sight(),
                    active.sinceNanos(),
                    Duration.ZERO);
        }
    }

    private long lastAction(long sinceNanos) {
        Convergence.await(fixture.users()::onTheWay, OVERTIME);
        return Math.max(sinceNanos, fixture.users().lastActionNanos());
    }

    /** @param parted whether members may have been seen to leave and return */
    private void checkAfter(long sinceNanos, boolean parted) {
        String title = title(faults);
        measure(title, bound(), Visibility.CLEAR, sinceNanos, fixture.scale().of(QUIET));
        List<String> violations = new Invariants(fixture).violations(ghosts());
        fit = wrong.isEmpty() && violations.isEmpty();
        violations.addAll(fixture.tap().takeViolations());
        Observations.Seen seen = fixture.users().takeSeen();
        violations.addAll(seen.complaints());
        if (!parted) {
            seen.flaps().forEach(flap -> violations.add("flapped: " + flap));
        }
        if (faults.stream().allMatch(Fault::keepsSessions)) {
            addLost(seen.lostSessions(), "returned in time but got a new session: ", violations);
        }
        if (faults.stream().allMatch(Fault::keepsSessionsEverywhere)) {
            addLost(seen.lostMovers(), "returned elsewhere in time but got a new session: ", violations);
        }
        table.addReturns(seen.resumed(), seen.late());
        if (!violations.isEmpty()) {
            table.addViolated(title);
            wrong.addAll(violations);
        }
    }

    /** Adds lost sessions, except of members that their node could not publish before it was killed. */
    private void addLost(List<Observations.Lost> all, String what, List<String> violations) {
        all.stream()
                .filter(lost -> !lost.young() || fixture.tap().hasSeen(lost.memberId()))
                .forEach(lost -> violations.add(what + lost.name()));
    }

    private Duration ghosts() {
        return faults.stream()
                .map(fault -> fault.ghosts(fixture.scale()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private Duration bound() {
        return faults.stream().map(fault -> fault.bound(fixture.scale())).reduce(Duration.ZERO, Duration::plus);
    }

    private void measure(String title, Duration bound, Visibility sight, long sinceNanos, Duration quiet) {
        Convergence measured =
                Convergence.await(() -> fixture.users().differences(sight), sinceNanos, bound, OVERTIME, quiet);
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
