package presence.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import presence.admin.GhostAudit;
import presence.model.BoardId;

/** Runs one scenario: carries its steps out, lets it rest, and has the result checked. */
final class World {
    /** Whether a story has the commands of nodes. */
    private static final boolean COMMANDS = Boolean.getBoolean("presence.simulation.commands");

    private static final long LOOK_EVERY_MS = 500;
    /** How long it must stay exact. */
    private static final long STAYS_MS = 3_000;
    /** Part of the time after a grace period in which its end is published. */
    private static final long GRACE_SPARE_US = 2 * VirtualTime.SECOND;
    /** Two inspections, a second apart. */
    private static final long AUDIT_US = GhostAudit.PAUSE_MS * VirtualTime.MS + 500 * VirtualTime.MS;

    private final Scenario scenario;
    private final boolean tells;
    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random;
    private final SimServer server;
    private final SimNodes nodes;
    private final List<SimUser> users = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Outages outages = new Outages(time);
    /** Null where users do not lock. */
    private final @Nullable LockWatch locks;

    /** Until when members without a connection may be shown. */
    private long graceEndsUs;

    private final long startUs = time.nowUs();

    private World(Scenario scenario, boolean tells) {
        this.scenario = scenario;
        locks = scenario.has(Step.Kind.LOCK) ? new LockWatch(this) : null;
        this.tells = tells;
        random = new SplittableRandom(scenario.seed());
        server = new SimServer(time, random.split(), scenario.has(Step.Kind.FAILOVER));
        if (tells && COMMANDS) {
            server.redis().tell(this::note);
        }
        SplittableRandom ofUsers = random.split();
        nodes = new SimNodes(time, server, random.split(), scenario.nodes(), scenario.usualUs(), scenario.lingerMs());
        server.redis().watch("presence:global", new DeathWatch(nodes::boots, complaints));
        for (int i = 0; i < scenario.users(); i++) {
            BoardId board = new BoardId("b" + i % scenario.boards());
            // Some users have two tabs.
            users.add(new SimUser("u" + i, "id" + i / 2, board, this, ofUsers.split()));
        }
    }

    /** @param tells whether the outcome has the story */
    static Outcome run(Scenario scenario, boolean tells) {
        World world = new World(scenario, tells);
        try {
            return world.run();
        } catch (RuntimeException e) {
            return world.outcome(List.of("an exception was thrown: " + e + " at " + e.getStackTrace()[1]), -1);
        }
    }

    VirtualTime time() {
        return time;
    }

    SimServer server() {
        return server;
    }

    SimNodes nodes() {
        return nodes;
    }

    @Nullable LockWatch locks() {
        return locks;
    }

    List<SimUser> users() {
        return users;
    }

    List<String> complaints() {
        return complaints;
    }

    Scenario scenario() {
        return scenario;
    }

    @Nullable SimNode anyNode(SplittableRandom by) {
        return nodes.any(by);
    }

    Outages outages() {
        return outages;
    }

    /** A user is gone without a word: its member waits for its grace period to end. */
    void onSilentLeave(long noticedAfterUs) {
        graceEndsUs = Math.max(graceEndsUs, time.nowUs() + noticedAfterUs + Step.GONE_MS * VirtualTime.MS);
    }

    void note(String what) {
        if (tells) {
            story.add(String.format(Locale.ROOT, "%9.3f s  %s", time.sinceStartUs() / 1e6, what));
        }
    }

    private Outcome run() {
        for (Step step : scenario.steps()) {
            time.runUntil(startUs + step.atMs() * VirtualTime.MS);
            note(step.toString());
            outages.add(step);
            take(step);
            if (!complaints.isEmpty()) {
                return outcome(complaints, -1);
            }
        }
        time.runUntil(startUs + (scenario.restMs() + 200) * VirtualTime.MS);
        rest();
        note("all faults have ended");
        return await(new Checks(this));
    }

    /** Waits until everything is exact, and stays so. */
    private Outcome await(Checks checks) {
        long restUs = time.nowUs();
        long byUs = Math.max(
                startUs + scenario.exactByMs((restUs - startUs) / VirtualTime.MS) * VirtualTime.MS, graceEndsUs);
        if (graceEndsUs > restUs) {
            // A member whose grace period is not over may be hidden, and be seen again.
            time.runUntil(graceEndsUs - GRACE_SPARE_US);
        }
        long exactUs = 0;
        do {
            time.runUntil(time.nowUs() + LOOK_EVERY_MS * VirtualTime.MS);
            if (!complaints.isEmpty()) {
                return outcome(complaints, -1);
            }
            List<String> differences = checks.differences();
            if (differences.isEmpty()) {
                if (exactUs == 0) {
                    exactUs = time.nowUs();
                    note("everything is exact");
                }
            } else if (time.nowUs() > byUs) {
                if (exactUs > 0) {
                    note("this was exact before");
                }
                return outcome(differences, -1);
            } else {
                exactUs = 0;
            }
        } while (exactUs == 0 || time.nowUs() - exactUs < STAYS_MS * VirtualTime.MS);
        audit(checks, byUs);
        return outcome(complaints, (exactUs - restUs) / VirtualTime.MS);
    }

    /** Compares what nodes know with what is there: also of boards that only linger. */
    private void audit(Checks checks, long byUs) {
        List<String> repaired = auditAll();
        if (!repaired.isEmpty() && time.nowUs() < byUs) {
            // A node without clients may take all the time that there is.
            time.runUntil(byUs);
            repaired = auditAll();
        }
        repaired.stream()
                .filter(each -> !each.contains(" of a dead node ") || !checks.mayKeepWhatIsGone())
                .forEach(complaints::add);
        checks.whileCalm(complaints);
    }

    private List<String> auditAll() {
        for (SimNode node : nodes.alive()) {
            node.startAudit(users.stream()
                    .map(SimUser::seat)
                    .filter(seat -> seat != null && seat.node() == node)
                    .map(SimSeat::seat)
                    .filter(Objects::nonNull)
                    .toList());
        }
        time.runUntil(time.nowUs() + AUDIT_US);
        return nodes.alive().stream()
                .flatMap(node ->
                        node.audited().stream().map(each -> "an audit repaired: on " + node.name() + " " + each))
                .toList();
    }

    private Outcome outcome(List<String> violations, long tookMs) {
        violations.forEach(this::note);
        int grants = locks == null ? 0 : locks.grants();
        return new Outcome(List.copyOf(violations), tookMs, grants, time.fingerprint(), time.ran(), story);
    }

    private void take(Step step) {
        switch (step.kind()) {
            case JOIN, LEAVE, VANISH, DROP, TWIN, MOVE, PATCH -> ofUser(users.get(step.subject()), step);
            case LOCK -> users.get(step.subject()).lock("l" + step.other(), step.forMs() > 0);
            case UNLOCK -> users.get(step.subject()).unlock("l" + step.other());
            case KILL, BOOT, STOP, FREEZE, CUT, MUTE, SLOW, CLOSE -> ofNode(step);
            case FLUSH -> server.redis().flushAll();
            case RESTART -> server.restart(step.forMs() * VirtualTime.MS, Map.of());
            case FAILOVER -> server.failOver(step.forMs() * VirtualTime.MS);
            case READONLY -> {
                server.redis().refuseWrites("READONLY You can't write against a read only replica.");
                after(step, () -> server.redis().refuseWrites(null));
            }
            case CLOCK -> server.jumpClock(step.forMs());
            case EVICT -> server.redis().evictSegment(step.subject());
            case EXPIRE ->
                server.redis()
                        .evict("presence:inst:{"
                                + nodes.get(step.subject()).bus().node() + "}");
        }
    }

    private void ofUser(SimUser user, Step step) {
        SimNode node = nodes.get(step.other());
        switch (step.kind()) {
            case JOIN -> user.join(node);
            case LEAVE -> user.leave();
            case VANISH -> user.vanish();
            case DROP -> user.drop(node, step.forMs() * VirtualTime.MS);
            case TWIN -> user.twin(node, step.forMs() * VirtualTime.MS);
            case MOVE -> user.move();
            default -> user.patch();
        }
    }

    private void ofNode(Step step) {
        SimNode node = nodes.get(step.subject());
        switch (step.kind()) {
            case KILL -> kill(node);
            case BOOT -> nodes.boot(step.subject());
            case STOP -> stop(node, step.forMs());
            case FREEZE -> {
                node.onUnheard();
                node.freeze();
                after(step, node::thaw);
            }
            case MUTE -> node.link().muteSubscriber();
            case CUT -> {
                node.onUnheard();
                node.link().cut();
                after(step, node.link()::heal);
            }
            case SLOW -> {
                node.link().slowDown(step.other(), 300 * VirtualTime.MS);
                after(step, () -> node.link().slowDown(step.other(), 0));
            }
            default -> {
                List<SimConnection> open = node.link().connections();
                Session session =
                        step.other() < open.size() ? open.get(step.other()).session() : null;
                if (session != null && session.isOpenAtServer && !node.link().isCut()) {
                    server.kill(session);
                }
            }
        }
    }

    private void after(Step step, Runnable end) {
        time.after(step.forMs() * VirtualTime.MS, null, end);
    }

    private void kill(SimNode node) {
        node.kill();
        users.forEach(user -> user.onNodeGone(node));
    }

    /** A drain sends the clients away before the node leaves. */
    private void stop(SimNode node, long drainMs) {
        if (!node.isAlive()) {
            return;
        }
        node.stop(drainMs * VirtualTime.MS);
        for (SimUser user : users) {
            SimSeat seat = user.seat();
            if (seat != null && seat.node() == node) {
                SimNode next = anyNode(random);
                if (next == null) {
                    user.vanish();
                } else {
                    user.drop(next, random.nextLong(Math.max(1, drainMs)) * VirtualTime.MS);
                }
            }
        }
    }

    /** Ends all faults. Dead nodes stay dead, but one must live. */
    private void rest() {
        server.heal();
        for (SimNode node : nodes.boots()) {
            node.thaw();
            node.link().slowDown(NodeLink.KINDS, 0);
            node.link().heal();
        }
        if (nodes.alive().isEmpty()) {
            nodes.boot(0);
        }
        users.forEach(SimUser::returnIfAway);
    }
}
