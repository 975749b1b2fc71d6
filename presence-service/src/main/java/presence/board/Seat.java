package presence.board;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.Inconsistency;
import presence.board.spi.JoinLimit;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.wire.ClientEvent;

/** A connection's place on a board: what a session holds after a join. Methods may be called on any thread. */
public final class Seat {
    /** The board of a seat. What is not marked otherwise is called on the board's loop. */
    public interface Host {
        /** Any thread: runs a task on the board's loop, after all handed over before. */
        void execute(Runnable task);

        /**
         * Any thread: looks for what is not as it should be.
         *
         * @param held the seats that open connections count on
         */
        CompletionStage<List<Inconsistency>> look(Set<Seat> held);

        /** Any thread. */
        BoardId id();

        /** Any thread: this node's number for the board; the same for all its clients. */
        int ref();

        void patch(Seat seat, ClientEvent.StatePatch patch);

        void signal(Seat seat, ClientEvent.Signal signal);

        void leave(Seat seat, LeaveReason reason);

        void lose(Seat seat);

        /** The client has taken all that was sent: the next part of the roster can go. */
        void nextPart(Seat seat);

        /** @param waitMs how long what is sent now waits on the way to the client */
        void catchUp(Seat seat, long sinceTick, int waitMs);
    }

    private static final long NOT_BEHIND = -1;
    private static final byte[] NO_KEY = {};

    private final Host board;
    private final boolean observer;
    /** What is known for sure of whoever sits here. */
    final Profile granted;

    final BoardClient client;
    final CursorSlot cursor;

    /** Null once it was asked. Board loop only. */
    private @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey;

    /** The member sitting here; null for an observer and before the board took the join. Board loop only. */
    @Nullable LocalMember member;

    /** On its way to the client, then forgotten. Board loop only. */
    private byte[] resumeKey = NO_KEY;

    /** It has insisted on its member once. Board loop only. */
    private boolean insisted;

    /** Given back. Board loop only. */
    boolean gone;

    /** Has got a roster. Board loop only. */
    boolean watching;

    /** How many flushes its first roster has waited for. Board loop only. */
    int waits;

    /** What this reader was not told of the roster; null once it was told all. Board loop only. */
    @Nullable RosterPager backlog;

    /** The next part of the roster goes when the client is writable again. Client loop only. */
    private boolean partWaiting;

    /** The tick of the first cursor frame this reader missed. Client loop only. */
    private long behindSince = NOT_BEHIND;

    /** The newest positions are being encoded for this reader. Client loop only. */
    private boolean catchingUp;

    /** @param unknownKey counts a join whose resume key is of no member; null if the join is counted */
    Seat(
            Host board,
            BoardClient client,
            CursorSlot cursor,
            boolean observer,
            Profile granted,
            @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey) {
        this.board = board;
        this.client = client;
        this.cursor = cursor;
        this.observer = observer;
        this.granted = granted;
        this.unknownKey = unknownKey;
    }

    public int boardRef() {
        return board.ref();
    }

    public Host board() {
        return board;
    }

    public boolean isObserver() {
        return observer;
    }

    /** Moves the member's pointer: the whole way of a cursor into the board. The client's loop only. */
    public void move(ClientEvent.Cursor to, long nowMs) {
        cursor.move(to.x(), to.y(), to.hidden(), nowMs);
    }

    public void patch(ClientEvent.StatePatch patch) {
        board.execute(() -> board.patch(this, patch));
    }

    public void signal(ClientEvent.Signal signal) {
        board.execute(() -> board.signal(this, signal));
    }

    /** Gives the seat back, and the member is gone; later calls do nothing. */
    public void leave(LeaveReason reason) {
        board.execute(() -> board.leave(this, reason));
    }

    /** The connection is gone, and nobody said goodbye: the member stays for a while. Later calls do nothing. */
    public void lose() {
        board.execute(() -> board.lose(this));
    }

    /** Whether its join was let through as a resume, and is to be counted if it is none. Board loop only. */
    boolean hasUncountedKey() {
        return unknownKey != null;
    }

    /** Counts its join, once. Board loop only. */
    CompletionStage<JoinLimit.Allowance> countKey() {
        Supplier<CompletionStage<JoinLimit.Allowance>> count = unknownKey;
        unknownKey = null;
        return count == null ? CompletableFuture.completedFuture(JoinLimit.Allowance.UNCOUNTED) : count.get();
    }

    /** Board loop only. */
    void sit(LocalMember here, byte[] key) {
        member = here;
        resumeKey = key;
        here.seat = this;
        here.cursor = cursor;
    }

    /** Board loop only. */
    byte[] resumeKey() {
        return resumeKey;
    }

    /** The client has been told its key. Board loop only. */
    void forgetResumeKey() {
        resumeKey = NO_KEY;
    }

    /** Whether this connection may claim its member back from a lost one; not again and again. Board loop only. */
    boolean mayInsist() {
        boolean first = !insisted;
        insisted = true;
        return first;
    }

    /** The client has taken what was flushed to it, or its link is free again. The client's loop only. */
    public void onClear() {
        if (partWaiting) {
            partWaiting = false;
            board.execute(() -> board.nextPart(this));
        }
        askForPositions();
    }

    /** A part of the roster was written, or the reader fell behind: the next part goes when all is taken. Client loop only. */
    void awaitPart() {
        partWaiting = true;
        if (client.isClear()) {
            onClear();
        }
    }

    /** Has the newest of what this reader missed sent, if it missed any and can take it now. Client loop only. */
    void askForPositions() {
        if (isBehind() && !catchingUp && client.takesCursors()) {
            catchingUp = true;
            long since = behindSince;
            int waitMs = client.waitMs();
            board.execute(() -> board.catchUp(this, since, waitMs));
        }
    }

    /** Client loop only. */
    void onPositions() {
        catchingUp = false;
    }

    /** Whether this reader missed frames and waits for the newest of each position. Client loop only. */
    boolean isBehind() {
        return behindSince != NOT_BEHIND;
    }

    void fellBehind(long tick) {
        if (behindSince == NOT_BEHIND) {
            behindSince = tick;
        }
    }

    void caughtUp() {
        behindSince = NOT_BEHIND;
    }
}
