package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.wire.ClientEvent;

/** A connection's place on a board: what a session holds after a join. Methods may be called on any thread. */
public final class Seat {
    private static final long NOT_BEHIND = -1;

    private final Board board;
    private final boolean observer;
    final BoardMember client;
    final CursorSlot cursor;

    /** The local member sitting here; null for an observer and before the board took the join. Board loop only. */
    @Nullable Member member;

    /** Given back. Board loop only. */
    boolean gone;

    /** Has got a roster. Board loop only. */
    boolean watching;

    /** The next part of the roster goes when the client is writable again. Client loop only. */
    private boolean partWaiting;

    /** The tick of the first cursor frame this reader missed. Client loop only. */
    private long behindSince = NOT_BEHIND;

    Seat(Board board, BoardMember client, CursorSlot cursor, boolean observer) {
        this.board = board;
        this.client = client;
        this.cursor = cursor;
        this.observer = observer;
    }

    public int boardRef() {
        return board.ref();
    }

    public Board board() {
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

    /** Gives the seat back; later calls do nothing. */
    public void leave(LeaveReason reason) {
        board.execute(() -> board.leave(this, reason));
    }

    /** The client can take cursor frames again. The client's loop only. */
    public void onWritable() {
        if (partWaiting) {
            partWaiting = false;
            board.execute(() -> board.nextPart(this));
        }
        long since = behindSince;
        if (since != NOT_BEHIND) {
            board.execute(() -> board.catchUp(this, since));
        }
    }

    /** A part of the roster was written; asks for the next as soon as the client can take it. Client loop only. */
    void onPartWritten() {
        partWaiting = true;
        if (client.isWritable()) {
            onWritable();
        }
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
