package presence.watch;

import org.jspecify.annotations.Nullable;
import presence.board.spi.SummaryReader;
import presence.model.BoardId;
import presence.model.BoardSummary;
import presence.wire.WatchedFrames;

/** One watched board and what was read of it last, encoded as clients receive it. */
final class WatchedBoard {
    /** Immutable but for the entries, which are encoded when they are needed. */
    private static final class Shown {
        final BoardSummary summary;
        private final byte[] @Nullable [] entries = new byte[BoardSummary.MAX_FIRST + 1][];

        Shown(BoardSummary summary) {
            this.summary = summary;
        }

        synchronized byte[] entry(BoardId board, int avatars) {
            byte[] entry = entries[avatars];
            if (entry == null) {
                entry = WatchedFrames.entry(board, summary, avatars);
                entries[avatars] = entry;
            }
            return entry;
        }
    }

    private final BoardId id;
    private final SummaryReader reader;

    /** Clients that watch it. Guarded by the registry. */
    int watchers;

    /** When it is read next, in monotonic milliseconds. Schedule only. */
    long dueMs;

    private volatile @Nullable Shown shown;
    /** Whether a read has ended, with or without success. */
    private volatile boolean tried;

    private volatile boolean dropped;
    private volatile long readMs;

    /** @param nowMs monotonic milliseconds */
    WatchedBoard(BoardId id, SummaryReader reader, long nowMs) {
        this.id = id;
        this.reader = reader;
        this.readMs = nowMs;
    }

    BoardId id() {
        return id;
    }

    /** Reads what the other nodes have stored. */
    SummaryReader reader() {
        return reader;
    }

    /** Records the end of a read; null if it failed: then what was read before is still shown. */
    void onRead(@Nullable BoardSummary summary, long nowMs) {
        Shown before = shown;
        if (summary != null) {
            readMs = nowMs;
            if (before == null || !before.summary.equals(summary)) {
                shown = new Shown(summary);
            }
        }
        tried = true;
    }

    /** Any thread: returns the entry of a frame; the same array until something has changed, null until it is known. */
    byte @Nullable [] entry(int avatars) {
        Shown present = shown;
        return present == null ? null : present.entry(id, avatars);
    }

    boolean isTried() {
        return tried;
    }

    /** When it was read successfully, or else began to be watched; monotonic milliseconds. */
    long readMs() {
        return readMs;
    }

    /** Ends its reads: no client watches it any more. */
    void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }
}
