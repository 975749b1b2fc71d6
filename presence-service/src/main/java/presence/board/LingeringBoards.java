package presence.board;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Boards of this node without holders, kept for a while because clients often return. Their number is bounded: beyond
 * the bound the board that has lingered longest is dropped early. One timer serves all. Thread-safe.
 */
final class LingeringBoards {
    private final BoardLoop shared;
    private final long lingerMs;
    private final int most;
    /** Guarded by this. */
    private final DeadlineQueue<Board> boards = new DeadlineQueue<>();
    /** When the timer fires; {@link Long#MAX_VALUE} without one. Guarded by this. */
    private long timerMs = Long.MAX_VALUE;

    /**
     * @param shared the loop that runs the timer
     * @param lingerMs long enough for the leave that emptied a board to be flushed
     */
    LingeringBoards(BoardLoop shared, long lingerMs, int most) {
        this.shared = shared;
        this.lingerMs = lingerMs;
        this.most = most;
    }

    /** Adds a board whose last holder has released it. */
    void add(Board board) {
        Board oldest;
        synchronized (this) {
            boards.put(board, shared.clock.getAsLong() + lingerMs);
            oldest = boards.size() > most ? boards.pollFirst() : null;
            startTimer();
        }
        dropEarly(oldest);
    }

    /** Removes a board that has a holder again. */
    synchronized void remove(Board board) {
        boards.remove(board);
    }

    synchronized boolean contains(Board board) {
        return boards.contains(board);
    }

    synchronized int size() {
        return boards.size();
    }

    /** Drops the board that has lingered longest, if there is one. */
    void makeRoom() {
        Board oldest;
        synchronized (this) {
            oldest = boards.pollFirst();
        }
        dropEarly(oldest);
    }

    private static void dropEarly(@Nullable Board board) {
        if (board != null) {
            board.dropAfterFlush();
        }
    }

    private void startTimer() {
        if (timerMs == Long.MAX_VALUE && boards.size() > 0) {
            timerMs = boards.firstDeadlineMs();
            long waitMs = Math.max(0, timerMs - shared.clock.getAsLong());
            shared.loop.schedule(this::dropDue, waitMs, TimeUnit.MILLISECONDS);
        }
    }

    private void dropDue() {
        List<Board> due = new ArrayList<>();
        synchronized (this) {
            timerMs = Long.MAX_VALUE;
            long now = shared.clock.getAsLong();
            for (Board board = boards.pollDue(now); board != null; board = boards.pollDue(now)) {
                due.add(board);
            }
            startTimer();
        }
        due.forEach(Board::dropIfIdle);
    }
}
