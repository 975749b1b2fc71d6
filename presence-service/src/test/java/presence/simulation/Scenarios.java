package presence.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes scenarios. A seed has one focus: what is rare where everything is mixed is frequent where little is.
 */
final class Scenarios {
    private enum Focus {
        /** Everything, over a long time. */
        MIXED,
        /** Few users that move from node to node faster than the news of it; connections that are slow or break. */
        MOVES,
        /** Faults within one another, on users that mostly stay. */
        OUTAGE,
        /** Users alone. */
        CALM;

        private static final Focus[] BY_CHANCE = {MIXED, MIXED, MOVES, MOVES, MOVES, OUTAGE, OUTAGE, CALM};

        static Focus any(SplittableRandom random) {
            return BY_CHANCE[random.nextInt(BY_CHANCE.length)];
        }
    }

    private static final long FIRST_MS = 500;
    /** How long a board without local members stays open, as the service's default. */
    private static final int USUAL_LINGER_MS = 30_000;
    /** Least time for the leave that emptied a board to be flushed. */
    private static final int LEAST_LINGER_MS = 200;

    /** The faults that are most often within one another. */
    private static final int[] OUTAGES = {0, 1, 2, 3, 3, 4, 5, 6, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 15, 16, 16};

    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();
    private int nodes;
    private int users;
    /** The moment around which steps are set. */
    private long nearMs;
    /** Number of the node that faults hit and that users go to more often than to others; -1 = none. */
    private int focused = -1;

    private Scenarios(long seed) {
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
    }

    /** Makes the scenario of a seed. */
    static Scenario of(long seed) {
        return new Scenarios(seed).make(seed);
    }

    private Scenario make(long seed) {
        Focus focus = Focus.any(random);
        int boards = 1 + random.nextInt(2);
        switch (focus) {
            case MIXED -> mix();
            case MOVES -> {
                boards = 1;
                moves();
            }
            case OUTAGE -> outage();
            case CALM -> calm();
        }
        steps.sort(Comparator.comparingLong(Step::atMs));
        int usualUs = random.nextInt(4) == 0 ? 15_000 : 800;
        int lingerMs = random.nextInt(3) == 0 ? USUAL_LINGER_MS : LEAST_LINGER_MS + random.nextInt(2_000);
        return new Scenario(seed, nodes, users, boards, usualUs, lingerMs, List.copyOf(steps));
    }

    private void begin(int leastNodes, int moreNodes, int leastUsers, int moreUsers, int withinMs) {
        nodes = leastNodes + random.nextInt(moreNodes + 1);
        users = leastUsers + random.nextInt(moreUsers + 1);
        for (int user = 0; user < users; user++) {
            add(random.nextInt(withinMs), Step.Kind.JOIN, user, node(), 0);
        }
    }

    private void mix() {
        begin(3, 2, 3, 4, 2_000);
        long activeMs = 3_000 + random.nextInt(12_000);
        for (int i = 6 + random.nextInt(20); i > 0; i--) {
            ofUser(FIRST_MS + random.nextLong(activeMs), 1_500);
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            fault(FIRST_MS + random.nextLong(activeMs), random.nextInt(17));
        }
    }

    private void moves() {
        begin(3, 0, 2, 2, 800);
        long activeMs = 1_000 + random.nextInt(3_000);
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            nearMs = FIRST_MS + random.nextLong(activeMs);
            int user = random.nextInt(users);
            for (int j = 2 + random.nextInt(4); j > 0; j--) {
                quick(nearMs + random.nextInt(400), random.nextInt(4) == 0 ? random.nextInt(users) : user);
            }
        }
        focused = random.nextInt(nodes);
        for (int i = random.nextInt(4); i > 0; i--) {
            // Of a connection, or of what Redis has.
            int which = random.nextInt(6) == 0 ? (random.nextBoolean() ? 10 : 16) : 6 + random.nextInt(4);
            fault(Math.max(0, nearMs - 500 + random.nextInt(1_500)), which);
        }
    }

    private void outage() {
        begin(3, 1, 2, 3, 800);
        nearMs = 1_500 + random.nextInt(2_000);
        long spreadMs = 200 + random.nextInt(5_000);
        focused = random.nextInt(nodes);
        fault(nearMs, OUTAGES[random.nextInt(OUTAGES.length)]);
        Step first = steps.get(steps.size() - 1);
        for (int i = random.nextInt(3); i > 0; i--) {
            // Within the first one, or soon after it.
            long withinMs = first.lastsMs() > 0 && random.nextInt(3) > 0 ? first.lastsMs() : spreadMs;
            fault(nearMs + random.nextLong(withinMs), OUTAGES[random.nextInt(OUTAGES.length)]);
        }
        for (int i = random.nextInt(12); i > 0; i--) {
            long atMs = nearMs - 200 + random.nextLong(spreadMs + 400);
            int what = random.nextInt(4);
            if (what == 0) {
                add(atMs, Step.Kind.MOVE, random.nextInt(users), 0, 0);
            } else if (what == 1) {
                quick(atMs, random.nextInt(users));
            } else {
                ofUser(atMs, 300);
            }
        }
    }

    private void calm() {
        begin(3, 2, 2, 4, 1_000);
        long activeMs = 1_000 + random.nextInt(5_000);
        for (int i = 4 + random.nextInt(20); i > 0; i--) {
            if (random.nextBoolean()) {
                quick(FIRST_MS + random.nextLong(activeMs), random.nextInt(users));
            } else {
                ofUser(FIRST_MS + random.nextLong(activeMs), 800);
            }
        }
    }

    private int node() {
        return focused >= 0 && random.nextInt(3) > 0 ? focused : random.nextInt(nodes);
    }

    private void add(long atMs, Step.Kind kind, int subject, int other, long forMs) {
        steps.add(new Step(atMs, kind, subject, other, forMs));
    }

    /** A step of a user who changes nodes within what a message takes. */
    private void quick(long atMs, int user) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> add(atMs, Step.Kind.DROP, user, node(), random.nextInt(100));
            case 3, 4 -> add(atMs, Step.Kind.TWIN, user, node(), random.nextInt(1_500));
            case 5 -> add(atMs, Step.Kind.LEAVE, user, node(), 0);
            case 6 -> add(atMs, Step.Kind.JOIN, user, node(), 0);
            case 7 -> add(atMs, Step.Kind.MOVE, user, node(), 0);
            case 8 -> {
                add(atMs, Step.Kind.LEAVE, user, node(), 0);
                add(atMs + 1 + random.nextInt(2_500), Step.Kind.JOIN, user, node(), 0);
            }
            default -> add(atMs, Step.Kind.PATCH, user, node(), 0);
        }
    }

    private void ofUser(long atMs, int awayMs) {
        int user = random.nextInt(users);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> add(atMs, Step.Kind.JOIN, user, node(), 0);
            case 3 -> add(atMs, Step.Kind.LEAVE, user, node(), 0);
            case 4 -> add(atMs, Step.Kind.VANISH, user, node(), 0);
            case 5, 6 -> add(atMs, Step.Kind.DROP, user, node(), random.nextInt(awayMs));
            case 7 -> add(atMs, Step.Kind.TWIN, user, node(), random.nextInt(4_000));
            case 8, 9, 10 -> add(atMs, Step.Kind.MOVE, user, node(), 0);
            default -> add(atMs, Step.Kind.PATCH, user, node(), 0);
        }
    }

    /** @param which of the faults */
    private void fault(long atMs, int which) {
        int node = node();
        switch (which) {
            case 0 -> add(atMs, Step.Kind.KILL, node, 0, 0);
            case 1 -> add(atMs, Step.Kind.BOOT, node, 0, 0);
            case 2 -> add(atMs, Step.Kind.STOP, node, 0, random.nextInt(1_000));
            case 3 -> add(atMs, Step.Kind.FREEZE, node, 0, lasting(14_000));
            case 4, 5 -> add(atMs, Step.Kind.CUT, node, 0, lasting(14_000));
            case 6, 7 -> add(atMs, Step.Kind.SLOW, node, random.nextInt(4), random.nextInt(5_000));
            case 8, 9 -> add(atMs, Step.Kind.CLOSE, node, random.nextInt(3), 0);
            case 10 -> add(atMs, Step.Kind.FLUSH, 0, 0, 0);
            case 11 -> add(atMs, Step.Kind.RESTART, 0, 0, lasting(12_000));
            case 12 -> add(atMs, Step.Kind.FAILOVER, 0, 0, lasting(6_000));
            case 13 -> add(atMs, Step.Kind.READONLY, 0, 0, lasting(12_000));
            case 14 -> add(atMs, Step.Kind.CLOCK, 0, 0, jumpMs());
            case 15 -> add(atMs, Step.Kind.MUTE, node, 0, 0);
            default -> {
                if (random.nextBoolean()) {
                    add(atMs, Step.Kind.EVICT, random.nextInt(8), 0, 0);
                } else {
                    add(atMs, Step.Kind.EXPIRE, node, 0, 0);
                }
            }
        }
    }

    /** How long a fault lasts: half of them end before a node counts as dead. */
    private long lasting(int mostMs) {
        return random.nextInt(random.nextBoolean() ? 3_000 : mostMs);
    }

    private long jumpMs() {
        long far = 10_000 + random.nextInt(600_000);
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(10_000) - 5_000;
            case 1 -> far;
            default -> -far - 300_000;
        };
    }
}
