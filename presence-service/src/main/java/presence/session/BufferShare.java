package presence.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one connection makes this node keep, out of what all connections may together: the beginnings of messages, and
 * what waits for a slow reader. A little of both is free, so that whoever behaves is not refused when others have
 * used it all up. The channel's event loop only.
 */
final class BufferShare {
    /** Most messages are smaller: one that comes in two pieces costs nothing. */
    static final int FREE_UNFINISHED = 1_024;

    /** Of all connections of the node. */
    private final AtomicLong buffered;

    private final long limit;
    private int unfinished;
    private int unread;

    /** @param buffered bytes counted so far, of all connections */
    BufferShare(AtomicLong buffered, long limit) {
        this.buffered = buffered;
        this.limit = limit;
    }

    /** So many bytes belong to messages that are not complete; false if this is more than before, and too much. */
    boolean holdUnfinished(int bytes) {
        int counted = bytes <= FREE_UNFINISHED ? 0 : bytes;
        int more = counted - unfinished;
        unfinished = counted;
        return count(more);
    }

    /** So many bytes wait for a reader that is slow; false if this is more than before, and too much. */
    boolean holdUnread(int bytes) {
        int more = bytes - unread;
        unread = bytes;
        return count(more);
    }

    /** Whether all connections together hold more than they may. */
    boolean isNodeFull() {
        return buffered.get() > limit;
    }

    /** The connection is gone. */
    void release() {
        holdUnfinished(0);
        holdUnread(0);
    }

    private boolean count(int more) {
        return more == 0 || buffered.addAndGet(more) <= limit || more < 0;
    }
}
