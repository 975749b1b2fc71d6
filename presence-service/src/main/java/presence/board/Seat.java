package presence.board;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.Inconsistency;
import presence.board.spi.JoinLimit;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Profile;
import presence.viewport.Viewer;
import presence.wire.ClientEvent;

/** A connection's place on a board: what a connection holds after a join. Methods may be called on any thread. */
public final class Seat {
    /** The board of a seat. Methods are called on the board's loop unless marked otherwise. */
    public interface Host {
        /** Any thread: runs a task on the board's loop after all tasks submitted before. */
        void execute(Runnable task);

        /**
         * Any thread: inspects the board for inconsistencies.
         *
         * @param held the seats that open connections refer to
         */
        CompletionStage<List<Inconsistency>> inspect(Set<Seat> held);

        /** Any thread. */
        BoardId id();

        /** Any thread: this node's number for the board; the same for all its clients. */
        int ref();

        void patch(Seat seat, ClientEvent.StatePatch patch);

        void signal(Seat seat, ClientEvent.Signal signal);

        /** @param to members; empty = all others */
        void signal(Seat seat, String type, byte[] payload, List<MemberId> to);

        /** Publishes all changes; ends on the board's loop, with the member on a seat. */
        CompletionStage<Optional<Member>> settle(Seat seat);

        void react(Seat seat, String type);

        void lock(Seat seat, ClientEvent.Lock asked);

        void unlock(Seat seat, String name);

        void leave(Seat seat, LeaveReason reason);

        void lose(Seat seat);

        /** Sends the next part of the roster to a client that has taken all it was sent. */
        void nextPart(Seat seat);

        /** A client has taken its whole first roster, as was asked by {@link #awaitRosterTaken}. */
        void onRosterTaken(Seat seat);

        void show(Seat seat, ClientEvent.Viewport shown);

        void sendPage(Seat seat, ClientEvent.RosterPage request);

        /** @param waitMs how long what is sent now is queued on the way to the client */
        void catchUp(Seat seat, long sinceTick, int waitMs);
    }

    private static final long NOT_BEHIND = -1;
    static final int NO_VIEW = -1;
    static final int NO_LANE = -1;
    private static final byte[] NO_KEY = {};

    private final Host board;
    private final boolean observer;
    /** The authenticated part of the profile of this connection's user. */
    final Profile granted;

    /** Whether its client asked for the board's counts. */
    final boolean wantsCounts;

    /** Whether its client asked for the board's reactions. */
    final boolean wantsReactions;

    /** What its client was told of the roster; null if that is all. The reference on any thread, the rest board loop only. */
    final @Nullable KnownMembers known;

    /** Whether its client asked for the board's locks. */
    final boolean wantsLocks;

    final BoardClient client;
    final CursorSlot cursor;

    /**
     * The seat of the other kind that this one replaces: with it, its client goes on until this one has its roster. Board
     * loop only.
     */
    @Nullable Seat former;

    /** The same until the board has decided, in case it refuses. Client loop only. */
    private @Nullable Seat fallback;

    /** Ends with that decision; null for a seat that replaces none. */
    private final @Nullable CompletableFuture<Void> exchanged;

    /** Null once the join was counted. Board loop only. */
    private @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey;

    /** The member on this seat; null for an observer and before the board processed the join. Board loop only. */
    @Nullable LocalMember member;

    /** Kept until it is sent to the client. Board loop only. */
    private byte[] resumeKey = NO_KEY;

    /** Whether it has already claimed its member back once. Board loop only. */
    private boolean reclaimed;

    /** Whether it was given back. Board loop only. */
    boolean gone;

    /** Whether it has received a roster. Board loop only. */
    boolean watching;

    /** How many flushes its first roster has waited. Board loop only. */
    int waits;

    /** What this reader has not received of the roster; null once it has received all. Board loop only. */
    @Nullable RosterPager backlog;

    /**
     * The {@link ObserverLanes lane} of an observer; {@link #NO_LANE} until it gets frames. Set by the board loop before the
     * client loop gets the seat, and not changed then.
     */
    int lane = NO_LANE;

    /** What its client shows; null if it has not told. Board loop only. */
    @Nullable Viewer viewer;

    /** Whether it lacks positions of what its client shows. Board loop only. */
    boolean fillOwed;

    /** The id of the view whose frames it gets while the board filters; {@link #NO_VIEW} for none. Client loop only. */
    int viewId = NO_VIEW;

    /** Whether the next part of the roster is due when the client is writable again. Client loop only. */
    private boolean partWaiting;

    /** Whether the board is to be told when the roster that was written is taken. Client loop only. */
    private boolean takenWaiting;

    /** The tick of the first cursor frame this reader missed. Client loop only. */
    private long behindSince = NOT_BEHIND;

    /** Whether the newest positions are being encoded for this reader. Client loop only. */
    private boolean catchingUp;

    /**
     * @param rosterLimit members of the roster to tell at first; 0 = all
     * @param unknownKey counts a join whose resume key belongs to no member; null if the join is counted already
     * @param former the seat that it replaces; null if it replaces none
     */
    Seat(
            Host board,
            BoardClient client,
            CursorSlot cursor,
            boolean observer,
            boolean wantsCounts,
            boolean wantsReactions,
            int rosterLimit,
            boolean wantsLocks,
            Profile granted,
            @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey,
            @Nullable Seat former) {
        this.board = board;
        this.client = client;
        this.cursor = cursor;
        this.observer = observer;
        this.wantsCounts = wantsCounts;
        this.wantsReactions = wantsReactions;
        this.known = rosterLimit == 0 ? null : new KnownMembers(rosterLimit);
        this.wantsLocks = wantsLocks;
        this.granted = granted;
        this.unknownKey = unknownKey;
        this.former = former;
        this.fallback = former;
        this.exchanged = former == null ? null : new CompletableFuture<>();
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

    /**
     * Returns the seat that this one replaces while the board has not decided, else null. Until then both are held. The
     * client's loop only.
     */
    public @Nullable Seat fallback() {
        return fallback;
    }

    /** Ends when {@link #fallback()} has become null; null for a seat that replaces none. Any thread. */
    public @Nullable CompletionStage<Void> exchanged() {
        return exchanged;
    }

    /** Ends the wait for the decision: the seat before is given up, or used again. The client's loop only. */
    public void endExchange() {
        fallback = null;
        if (exchanged != null) {
            exchanged.complete(null);
        }
    }

    /** Moves the member's cursor: the whole way of a cursor into the board. The client's loop only. */
    public void move(ClientEvent.Cursor to, long nowMs) {
        cursor.move(to.x(), to.y(), to.hidden(), nowMs);
    }

    public void patch(ClientEvent.StatePatch patch) {
        board.execute(() -> board.patch(this, patch));
    }

    /** Notes what the client shows of the board. */
    public void show(ClientEvent.Viewport shown) {
        board.execute(() -> board.show(this, shown));
    }

    /** Returns whether its client gets the roster in parts. */
    public boolean isPaged() {
        return known != null;
    }

    /** Answers with members that the client was not told, if it gets the roster in parts. */
    public void askForPage(ClientEvent.RosterPage request) {
        board.execute(() -> board.sendPage(this, request));
    }

    public void signal(ClientEvent.Signal signal) {
        board.execute(() -> board.signal(this, signal));
    }

    /**
     * Sends a signal to members that are named by their ids.
     *
     * @param to members; those that are not on the board are left out; empty = all others
     */
    public void signal(String type, byte[] payload, List<MemberId> to) {
        board.execute(() -> board.signal(this, type, payload, to));
    }

    /**
     * Any thread: publishes the changes of the seat so far at once. Ends when they are stored where other nodes read
     * them, or cannot be stored now, with the member on this seat; empty if it has none.
     */
    public CompletionStage<Optional<Member>> settle() {
        CompletableFuture<Optional<Member>> settled = new CompletableFuture<>();
        board.execute(() -> board.settle(this).thenAccept(settled::complete));
        return settled;
    }

    /** Counts a reaction; it is sent to others with the sum of all. */
    public void react(String type) {
        board.execute(() -> board.react(this, type));
    }

    /** Asks for a lock, or renews it; the answer comes as a frame. */
    public void lock(ClientEvent.Lock asked) {
        board.execute(() -> board.lock(this, asked));
    }

    /** Gives a lock back, or stops waiting for it. */
    public void unlock(String name) {
        board.execute(() -> board.unlock(this, name));
    }

    /** Gives the seat back and removes the member; later calls do nothing. */
    public void leave(LeaveReason reason) {
        board.execute(() -> board.leave(this, reason));
    }

    /**
     * Handles a connection that was lost without a leave: the member stays for its grace period. Later calls do
     * nothing.
     */
    public void lose() {
        board.execute(() -> board.lose(this));
    }

    /** Returns whether its join was admitted as a resume and has to be counted if it is none. Board loop only. */
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

    /** Drops the resume key after it was sent to the client. Board loop only. */
    void forgetResumeKey() {
        resumeKey = NO_KEY;
    }

    /** Returns whether this connection may claim its member back from a lost one; true once. Board loop only. */
    boolean mayReclaim() {
        boolean first = !reclaimed;
        reclaimed = true;
        return first;
    }

    /**
     * Continues when the client has taken what was flushed to it, or its link is free again. The client's loop only.
     */
    public void onClear() {
        if (fallback != null) {
            fallback.onClear();
        }
        if (partWaiting) {
            partWaiting = false;
            board.execute(() -> board.nextPart(this));
        }
        if (takenWaiting) {
            takenWaiting = false;
            board.execute(() -> board.onRosterTaken(this));
        }
        askForPositions();
    }

    /** Has the board told when the client has taken what was written to it so far. Client loop only. */
    void awaitRosterTaken() {
        takenWaiting = true;
        if (client.isClear()) {
            onClear();
        }
    }

    /**
     * Waits with the next part until all is taken, after a part was written or the reader fell behind. Client loop
     * only.
     */
    void awaitPart() {
        partWaiting = true;
        if (client.isClear()) {
            onClear();
        }
    }

    /**
     * Requests the newest of the positions this reader missed, if it missed any and can take them now. Client loop
     * only.
     */
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

    /** Returns whether this reader missed cursor frames and waits for the newest positions. Client loop only. */
    boolean isBehind() {
        return behindSince != NOT_BEHIND;
    }

    /** Returns whether it lacks frames older than this tick. Client loop only. */
    boolean isBehindBefore(long tick) {
        return isBehind() && behindSince < tick;
    }

    void fellBehind(long tick) {
        if (behindSince == NOT_BEHIND || tick < behindSince) {
            behindSince = tick;
        }
    }

    void caughtUp() {
        behindSince = NOT_BEHIND;
    }
}
