package presence.watch;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import presence.board.BoardClient;
import presence.board.ClientMemory;
import presence.model.BoardId;
import presence.model.RateLimit;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;
import presence.wire.WatchedFrames;

/**
 * The boards that one client watches and what it has received of each. Frames are written only while the reader takes
 * them: what a slow one misses is replaced by what is known when it reads again. The client's event loop only.
 */
public final class BoardWatch {
    private static final int NOWHERE = -1;

    private final BoardClient client;
    private final WatchFeed feed;
    private final WatchedBoards registry;
    private final ByteBufAllocator allocator;
    private final ClientMemory memory;
    private final RateLimit frames;

    private List<BoardId> wanted = List.of();
    private int avatars;
    /** The boards that may be watched; {@link #sent} has the same indices. */
    private final List<WatchedBoard> boards = new ArrayList<>(0);
    /** The entry that the client has; null if none. */
    private byte[] @Nullable [] sent = {};
    /** Entries of the boards that are not watched, and how many of them the client has. */
    private final List<byte[]> refusals = new ArrayList<>(0);

    private int refusalsSent;

    private long sinceMs;
    private boolean answered;
    private int place = NOWHERE;

    BoardWatch(
            BoardClient client,
            WatchFeed feed,
            WatchedBoards registry,
            ByteBufAllocator allocator,
            ClientMemory memory) {
        this.client = client;
        this.feed = feed;
        this.registry = registry;
        this.allocator = allocator;
        this.memory = memory;
        this.frames = new RateLimit(registry.settings().watchesPerSecond());
    }

    /** Takes one watch; returns 0, or after how many milliseconds there may be one. */
    public long take(long nowMs) {
        return frames.take(1, nowMs);
    }

    /**
     * Watches these boards instead of those before. The client is told of all of them, soon, and why of those that are
     * not watched.
     *
     * @param avatars members of each board to describe
     * @param mayWatch whether the client has the right to
     * @return false if this node has reached its limit of watched boards
     */
    public boolean watch(List<BoardId> requested, int avatars, Predicate<BoardId> mayWatch) {
        Set<BoardId> allowed = new HashSet<>(requested);
        allowed.removeIf(mayWatch.negate());
        List<WatchedBoard> before = new ArrayList<>(boards);
        boards.clear();
        refusals.clear();
        wanted = requested;
        this.avatars = avatars;
        // Before the new ones are held, so that they find room; those in both after it, so that they are not read anew.
        before.removeIf(board -> {
            boolean leaves = !allowed.contains(board.id());
            if (leaves) {
                registry.release(board);
            }
            return leaves;
        });
        boolean isFull = false;
        for (BoardId id : requested) {
            boolean may = allowed.contains(id);
            WatchedBoard board = may ? registry.hold(id) : null;
            if (board != null) {
                boards.add(board);
            } else {
                refusals.add(WatchedFrames.refusal(id, may ? ErrorCode.NODE_FULL : ErrorCode.FORBIDDEN));
                isFull |= may;
            }
        }
        before.forEach(registry::release);
        sendAllAgain();
        sinceMs = registry.clock().getAsLong();
        answered = false;
        if (boards.isEmpty() && refusals.isEmpty()) {
            leave();
        } else {
            enter();
            if (!goOn()) {
                feed.addUnfinished(this);
            }
        }
        return !isFull;
    }

    /** Applies other rights to the boards that the client asked for. */
    public void review(Predicate<BoardId> mayWatch) {
        boolean same = wanted.stream()
                .allMatch(id -> mayWatch.test(id)
                        == boards.stream().anyMatch(board -> board.id().equals(id)));
        if (!same) {
            watch(wanted, avatars, mayWatch);
        }
    }

    /** Stops watching. */
    public void close() {
        boards.forEach(registry::release);
        boards.clear();
        refusals.clear();
        wanted = List.of();
        leave();
    }

    private void enter() {
        if (place == NOWHERE) {
            place = feed.add(this);
            registry.addClient();
        }
    }

    private void leave() {
        if (place != NOWHERE) {
            feed.remove(this, place);
            place = NOWHERE;
            registry.removeClient();
        }
    }

    /** Sends what is left of an answer. Returns whether nothing is. */
    boolean goOn() {
        if (place == NOWHERE) {
            // The connection has ended, maybe by what was written to it.
            return true;
        }
        if (!answered && !isReady()) {
            return false;
        }
        answered = true;
        return send();
    }

    /** Whether each board has been read, or the client has waited long enough. */
    private boolean isReady() {
        return boards.stream().allMatch(WatchedBoard::isTried)
                || registry.clock().getAsLong() - sinceMs >= WatchFeed.INTERVAL_MS;
    }

    /** Sends what has changed; a reader that is behind is asked again a second later. */
    void sendChanges() {
        if (answered && client.isClear() && !send()) {
            feed.addUnfinished(this);
        }
    }

    private void sendAllAgain() {
        sent = new byte[boards.size()][];
        refusalsSent = 0;
    }

    private boolean send() {
        while (client.isClear()) {
            List<byte[]> entries = nextPart();
            if (entries.isEmpty()) {
                return true;
            }
            try {
                client.write(ServerFrameKind.WATCHED, WatchedFrames.frame(allocator, entries));
            } catch (OutOfMemoryError e) {
                memory.allocationFailed(e);
                sendAllAgain();
                return false;
            }
            client.flush();
        }
        return false;
    }

    /** Takes what the client does not have, as much as fits one frame. */
    private List<byte[]> nextPart() {
        List<byte[]> part = new ArrayList<>();
        int bytes = 0;
        while (refusalsSent < refusals.size() && bytes < WatchedFrames.CHUNK_BYTES) {
            byte[] refusal = refusals.get(refusalsSent++);
            bytes += refusal.length;
            part.add(refusal);
        }
        for (int i = 0; i < boards.size() && bytes < WatchedFrames.CHUNK_BYTES; i++) {
            byte[] entry = boards.get(i).entry(avatars);
            byte[] known = sent[i];
            if (entry != null && entry != known) {
                // A change may be to members beyond those described.
                boolean isNews = known == null || !Arrays.equals(entry, known);
                sent[i] = entry;
                if (isNews) {
                    bytes += entry.length;
                    part.add(entry);
                }
            }
        }
        return part;
    }
}
