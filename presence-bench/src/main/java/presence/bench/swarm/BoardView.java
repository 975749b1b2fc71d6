package presence.bench.swarm;

import java.util.Arrays;
import presence.bench.client.CursorFrame;
import presence.bench.client.Mover;
import presence.proto.Change;
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

    private int strangers;
    private int ownSlot;
    private boolean complete;

    /** @param checks whether it checks every position, or only counts them */
    BoardView(SwarmBoard board, Tally tally, boolean checks) {
        this.board = board;
        this.tally = tally;
        this.checks = checks;
        this.slotsOf = new int[board.movers.length];
        this.lastSeen = new long[checks ? board.movers.length : 0];
        Arrays.fill(indexOf, UNKNOWN);
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
        roster.getMembersList().forEach(this::add);
        complete = complete || !roster.getMore();
    }

    void onChange(Change change) {
        change.getLeftList().forEach(left -> remove(left.getSlot()));
        change.getJoinedList().forEach(this::add);
        complete = complete || !change.getMore();
    }

    private void remove(int slot) {
        if (slot >= indexOf.length || indexOf[slot] == UNKNOWN) {
            return;
        }
        if (indexOf[slot] == STRANGER) {
            strangers--;
        } else {
            slotsOf[indexOf[slot]]--;
        }
        indexOf[slot] = UNKNOWN;
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
        slotsOf[who]++;
        if (checks) {
            // Moves before its join could not be seen by this user.
            lastSeen[who] = 0;
        }
    }

    void onCursors(CursorFrame cursors, long nowNanos) {
        if (checks) {
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

    /** Returns the number of ghosts and missing members, when every user should be there exactly once. */
    int errors() {
        int errors = strangers;
        for (int slots : slotsOf) {
            errors += Math.abs(slots - 1);
        }
        return errors;
    }

    /** Returns the moves of users seen moving that have not arrived yet; at the end they are lost. */
    long missing() {
        long missing = 0;
        for (int who = 0; who < lastSeen.length; who++) {
            if (slotsOf[who] > 0 && lastSeen[who] > 0) {
                missing += board.movers[who].count() - lastSeen[who];
            }
        }
        return missing;
    }
}
