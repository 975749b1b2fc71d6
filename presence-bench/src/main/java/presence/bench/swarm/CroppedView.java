package presence.bench.swarm;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import presence.bench.client.Mover;
import presence.proto.Viewport;

/**
 * Compares what a client with a window is sent with what all movers of its board did, cropped to the window. One thread
 * only.
 *
 * <p>What it expects is what the protocol promises: each position is one that a member had; what moves within the window
 * comes in time; the area, the window enlarged by a sixteenth, is exact when motion has stopped, also of members that
 * left it; what is outside the window and its margin comes only as the last position of a member that left it, or once a
 * second on boards of up to 500 members.
 */
final class CroppedView {
    /** Of the area that a client may rely on. */
    private static final int AREA_PART = 16;
    /** Of the area that may be sent at most: the service's margin is smaller. */
    private static final int MARGIN_PART = 4;

    private static final int MOST_IN_ROUNDS = 500;
    /** Each member comes once a second, wherever it is; more often by so much where a round was late. */
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LATE_ROUNDS = 2;
    /** After a gap of frames the client was behind, and a frame may hold all that moved meanwhile. */
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int KEPT_WINDOWS = 4;

    private final SwarmBoard board;
    private final Tally tally;
    private final int client;
    private final WindowWalk window;
    private final long patienceNanos;
    /** By user, the last move seen of it; 0 = its position is not known. */
    private final long[] lastSeen;

    private final int[] knownX;
    private final int[] knownY;
    /** By user, positions from outside since {@link #filteredSinceNanos}. */
    private final int[] outside;

    /** With margin, the newest at {@link #windows} - 1, and until when each of the others was shown. */
    private final ShownArea[] sent = new ShownArea[KEPT_WINDOWS];

    private final long[] shownUntilNanos = new long[KEPT_WINDOWS];
    private int windows;
    private ShownArea visible = ShownArea.NONE;
    private ShownArea area = ShownArea.NONE;
    private long shownNanos;
    private long lastFrameNanos;
    private long filteredSinceNanos;
    private boolean afterGap;

    /** @param client its number, for messages */
    CroppedView(SwarmBoard board, Tally tally, int client, WindowWalk window, long patienceNanos) {
        this.board = board;
        this.tally = tally;
        this.client = client;
        this.window = window;
        this.patienceNanos = patienceNanos;
        lastSeen = new long[board.movers.length];
        knownX = new int[board.movers.length];
        knownY = new int[board.movers.length];
        outside = new int[board.movers.length];
    }

    /** Forgets a user whose slot it does not know any more, or whose new slot has no position yet. */
    void forget(int who) {
        lastSeen[who] = 0;
    }

    /** Takes the position that came with the roster. */
    void know(int who, int x, int y) {
        remember(who, board.movers[who].numberAt(x, y), x, y);
    }

    private void remember(int who, long number, int x, int y) {
        lastSeen[who] = number;
        knownX[who] = x;
        knownY[who] = y;
    }

    /** Changes the window, unless it is the first one, and forgets what was not in the area before. */
    Viewport.Builder show(long nowNanos) {
        if (windows > 0) {
            for (int who = 0; who < lastSeen.length; who++) {
                if (lastSeen[who] > 0 && !area.contains(knownX[who], knownY[who])) {
                    lastSeen[who] = 0;
                }
            }
            shownUntilNanos[(windows - 1) % KEPT_WINDOWS] = nowNanos;
            window.step();
        }
        visible = ShownArea.of(window, 0);
        area = ShownArea.of(window, AREA_PART);
        sent[windows % KEPT_WINDOWS] = ShownArea.of(window, MARGIN_PART);
        windows++;
        shownNanos = nowNanos;
        tally.windows++;
        tally.visible += visibleMembers();
        return viewport(window);
    }

    static Viewport.Builder viewport(WindowWalk window) {
        return Viewport.newBuilder()
                .setX(window.x())
                .setY(window.y())
                .setWidth(window.width())
                .setHeight(window.height());
    }

    private int visibleMembers() {
        int count = 0;
        for (Mover mover : board.movers) {
            long last = mover.count();
            count += last > 0 && visible.contains(mover.xOf(last), mover.yOf(last)) ? 1 : 0;
        }
        return count;
    }

    /** A frame begins. */
    void onFrame(long nowNanos) {
        afterGap = nowNanos - lastFrameNanos > GAP_NANOS;
        lastFrameNanos = nowNanos;
    }

    void onPosition(int who, int x, int y, long nowNanos) {
        Mover mover = board.movers[who];
        long number = mover.numberAt(x, y);
        if (number == 0) {
            tally.fail(text("user %d was never at %d, %d", who, x, y));
            return;
        }
        long last = lastSeen[who];
        if (number < last) {
            tally.fail(text("user %d went back from move %d to %d", who, last, number));
            return;
        }
        checkOutside(who, number, nowNanos);
        if (number == last) {
            return;
        }
        tally.delivered++;
        if (visible.contains(x, y) && (last > 0 || mover.sentNanos(number) >= shownNanos)) {
            tally.seen(mover, 0, number, nowNanos);
            countSkipped(mover, last, number, nowNanos);
        }
        remember(who, number, x, y);
    }

    /** Moves that stayed within the window, and were superseded only after the patience was over, are lost. */
    private void countSkipped(Mover mover, long last, long number, long nowNanos) {
        for (long skipped = number - 1; skipped > last && skipped > 0; skipped--) {
            boolean within =
                    mover.sentNanos(skipped) > shownNanos && visible.contains(mover.xOf(skipped), mover.yOf(skipped));
            if (!within || last == 0) {
                return;
            }
            if (nowNanos - mover.sentNanos(skipped) > patienceNanos) {
                tally.lost++;
            } else {
                tally.superseded++;
            }
        }
    }

    private void checkOutside(int who, long number, long nowNanos) {
        if (!tally.filtered) {
            filteredSinceNanos = nowNanos;
            return;
        }
        Mover mover = board.movers[who];
        int x = mover.xOf(number);
        int y = mover.yOf(number);
        if (windows == 0 || isSent(x, y, nowNanos)) {
            return;
        }
        tally.outside++;
        if (afterGap || leaves(mover, number, nowNanos)) {
            return;
        }
        long rounds = (nowNanos - filteredSinceNanos) / ROUND_NANOS + LATE_ROUNDS;
        if (board.movers.length > MOST_IN_ROUNDS || ++outside[who] > rounds) {
            tally.fail(text("user %d at %d, %d is outside of %s and not due", who, x, y, visible));
        }
    }

    /** Whether the mover was where positions are sent a moment before this move, as far as a tick or two reach back. */
    private boolean leaves(Mover mover, long number, long nowNanos) {
        long earliest = mover.sentNanos(number) - patienceNanos;
        for (long before = number - 1; before > 0 && mover.sentNanos(before) >= earliest; before--) {
            if (isSent(mover.xOf(before), mover.yOf(before), nowNanos)) {
                return true;
            }
        }
        return false;
    }

    /** Whether positions there are sent: they are in the window and its margin, or in a window of a moment ago. */
    private boolean isSent(int x, int y, long nowNanos) {
        for (int back = 1; back <= Math.min(windows, KEPT_WINDOWS); back++) {
            int at = (windows - back) % KEPT_WINDOWS;
            boolean present = back == 1 || nowNanos - shownUntilNanos[at] < patienceNanos;
            if (present && sent[at].contains(x, y)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether it knows all that it should of a user, who has not moved for a while. */
    boolean isExact(int who) {
        Mover mover = board.movers[who];
        long last = mover.count();
        boolean there = last > 0 && area.contains(mover.xOf(last), mover.yOf(last));
        boolean shown = lastSeen[who] > 0 && area.contains(knownX[who], knownY[who]);
        return !there && !shown || lastSeen[who] == last;
    }

    /** Notes that it does not know what it should of a user. */
    void failInexact(int who, int slots) {
        Mover mover = board.movers[who];
        long last = mover.count();
        tally.fail(text(
                "user %d rests at move %d, %d, %d in %s, but move %d was seen last; it has %d slots",
                who, last, mover.xOf(last), mover.yOf(last), area, lastSeen[who], slots));
    }

    private String text(String format, Object... values) {
        return "board " + board.id + ", client " + client + ": " + String.format(Locale.ROOT, format, values);
    }
}
