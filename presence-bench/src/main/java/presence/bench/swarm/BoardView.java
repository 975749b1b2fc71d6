package presence.bench.swarm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import presence.bench.client.CursorFrame;
import presence.bench.client.Mover;
import presence.proto.Change;
import presence.proto.Counts;
import presence.proto.Member;
import presence.proto.Roster;

/** One user's view of its board: the members, and by slot whose cursor moved. One thread only. */
public final class BoardView {
    /** First part of the user ids of others than the swarm's users: they may join, and must have left at the end. */
    public static final String STRANGER_ID = "stranger";

    private static final int UNKNOWN = -1;
    private static final int STRANGER = -2;

    private final SwarmBoard board;
    private final Tally tally;
    private final boolean checks;
    /** User by slot. */
    private int[] indexOf = new int[16];
    /** By user, its number of slots: two for a moment when it rejoins before its leave is shown. */
    private final int[] slotsOf;
    /** By user, the last move seen of it; 0 = none since its join, and always of the own user. */
    private final long[] lastSeen;

    /** Null for a user without a window, or that does not check. */
    private final @Nullable CroppedView cropped;

    /** Whether it keeps the members; one that does not has no errors. */
    private final boolean keeps;

    /** Whether it was told a part of the members, and gets to know the others before their cursors. */
    boolean isPaged;

    private @Nullable Counts counts;
    private int strangers;
    private int ownSlot;
    private boolean complete;

    /** @param checks whether it checks every position, or only counts them */
    BoardView(SwarmBoard board, Tally tally, boolean checks) {
        this(board, tally, checks, null);
    }

    /** @param cropped checks positions instead; null: the user is to get all */
    BoardView(SwarmBoard board, Tally tally, boolean checks, @Nullable CroppedView cropped) {
        this.board = board;
        this.tally = tally;
        this.checks = checks;
        this.cropped = cropped;
        this.keeps = true;
        this.slotsOf = new int[board.movers.length];
        this.lastSeen = new long[checks ? board.movers.length : 0];
        Arrays.fill(indexOf, UNKNOWN);
    }

    /** Creates one that counts positions and does not keep the members, for boards so large that this would take much. */
    static BoardView counting(SwarmBoard board, Tally tally) {
        return new BoardView(board, tally);
    }

    private BoardView(SwarmBoard board, Tally tally) {
        this.board = board;
        this.tally = tally;
        this.checks = false;
        this.cropped = null;
        this.keeps = false;
        this.slotsOf = new int[0];
        this.lastSeen = new long[0];
    }

    /** Returns whether the whole roster has been received. */
    boolean isComplete() {
        return complete;
    }

    void onRoster(Roster roster) {
        ownSlot = roster.getYou();
        Arrays.fill(slotsOf, 0);
        Arrays.fill(indexOf, UNKNOWN);
        strangers = 0;
        if (keeps) {
            roster.getMembersList().forEach(this::add);
        }
        complete = complete || !roster.getMore();
    }

    void onChange(Change change) {
        if (keeps) {
            change.getLeftList().forEach(left -> remove(left.getSlot()));
            change.getJoinedList().forEach(this::add);
        }
        complete = complete || !change.getMore();
    }

    private void remove(int slot) {
        if (slot >= indexOf.length || indexOf[slot] == UNKNOWN) {
            return;
        }
        if (indexOf[slot] == STRANGER) {
            strangers--;
        } else {
            int who = indexOf[slot];
            if (--slotsOf[who] == 0 && cropped != null) {
                cropped.forget(who);
            }
        }
        indexOf[slot] = UNKNOWN;
    }

    private void onPlace(int who, Member member) {
        slotsOf[who]++;
        if (cropped != null) {
            cropped.forget(who);
            if (member.hasCursor()) {
                cropped.know(who, member.getCursor().getX(), member.getCursor().getY());
            }
        } else if (checks) {
            // Moves before its join could not be seen by this user.
            lastSeen[who] = 0;
        }
    }

    private void add(Member member) {
        int slot = member.getSlot();
        if (slot >= indexOf.length) {
            int before = indexOf.length;
            indexOf = Arrays.copyOf(indexOf, Math.max(slot + 1, before * 2));
            Arrays.fill(indexOf, before, indexOf.length, UNKNOWN);
        }
        remove(slot);
        String id = member.getProfile().getUserId();
        if (id.startsWith(STRANGER_ID)) {
            indexOf[slot] = STRANGER;
            strangers++;
            return;
        }
        int who = Integer.parseInt(id);
        indexOf[slot] = who;
        onPlace(who, member);
    }

    void onCursors(CursorFrame cursors, long nowNanos) {
        if (cropped != null) {
            checkCropped(cropped, cursors, nowNanos);
        } else if (checks) {
            check(cursors, nowNanos);
        } else {
            // Its own position is among them when it moved since the last tick: about as often as any other's.
            tally.delivered += cursors.count();
        }
    }

    private void check(CursorFrame cursors, long nowNanos) {
        while (cursors.hasNext()) {
            int slot = cursors.slot();
            int x = cursors.x();
            int who = slot < indexOf.length ? indexOf[slot] : UNKNOWN;
            if (who < 0 || slot == ownSlot) {
                continue;
            }
            checkOne(who, x, nowNanos);
        }
    }

    private void checkCropped(CroppedView against, CursorFrame cursors, long nowNanos) {
        against.onFrame(nowNanos);
        while (cursors.hasNext()) {
            int slot = cursors.slot();
            int x = cursors.x();
            int y = cursors.y();
            int who = slot < indexOf.length ? indexOf[slot] : UNKNOWN;
            if (who == UNKNOWN) {
                tally.fail("board " + board.id + ": slot " + slot + " is no member's");
            } else if (who >= 0 && slot != ownSlot) {
                against.onPosition(who, x, y, nowNanos);
            }
        }
    }

    private void checkOne(int who, int x, long nowNanos) {
        Mover mover = board.movers[who];
        long number = mover.numberAt(x);
        if (number > lastSeen[who]) {
            tally.delivered++;
            tally.seen(mover, lastSeen[who], number, nowNanos);
            lastSeen[who] = number;
        }
    }

    /** Believes that all users of the board are there, where the server sends no roster. */
    void assumeComplete() {
        Arrays.fill(slotsOf, 1);
        complete = true;
    }

    /** Takes one position of another user. */
    void onPosition(int who, int x, long nowNanos) {
        if (checks) {
            checkOne(who, x, nowNanos);
        } else {
            tally.delivered++;
        }
    }

    void onCounts(Counts now) {
        counts = now;
    }

    /** Returns whether it was told other counts than these. */
    boolean isCountedWrong(int members, int observers) {
        Counts told = counts;
        return told == null || told.getMembers() != members || told.getObservers() != observers;
    }

    /** Returns the number of ghosts, and of missing members where it is told all, when every user is there exactly once. */
    int errors() {
        int errors = strangers;
        for (int slots : slotsOf) {
            errors += isPaged ? Math.max(0, slots - 1) : Math.abs(slots - 1);
        }
        return errors;
    }

    /** Returns the moves of users seen moving that have not arrived yet; at the end they are lost. */
    long missing() {
        long missing = 0;
        if (cropped != null) {
            for (int who = 0; who < slotsOf.length; who++) {
                missing += isInexact(cropped, who) ? 1 : 0;
            }
            return missing;
        }
        for (int who = 0; who < lastSeen.length; who++) {
            if (slotsOf[who] > 0 && lastSeen[who] > 0) {
                missing += board.movers[who].count() - lastSeen[who];
            }
        }
        return missing;
    }

    private boolean isInexact(CroppedView against, int who) {
        boolean isOwn = ownSlot < indexOf.length && indexOf[ownSlot] == who;
        // A member that it shows is told to it in time.
        boolean known = slotsOf[who] > 0 || isPaged;
        return known && !isOwn && !against.isExact(who);
    }

    /** Notes what a client with a window still has wrong, long after all motion has stopped. */
    void failInexact() {
        if (cropped != null) {
            for (int who = 0; who < slotsOf.length; who++) {
                if (isInexact(cropped, who)) {
                    cropped.failInexact(who, slotsOf[who]);
                }
            }
        }
    }
}
