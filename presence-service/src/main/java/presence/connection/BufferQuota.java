package presence.connection;

import presence.board.ClientMemory;

/**
 * What one connection makes this node hold, counted against the {@link ClientMemory} of all: the beginnings of messages,
 * and every byte that was written to it and not yet taken by the kernel. The channel's event loop only.
 */
final class BufferQuota {
    /** A message in two pieces costs nothing: most are smaller. Counted, it would let a full node refuse everybody. */
    static final int FREE_UNFINISHED = 1_024;

    private final ClientMemory memory;
    private int unfinished;
    private long unread;

    BufferQuota(ClientMemory memory) {
        this.memory = memory;
    }

    /** Counts the bytes of messages that are not complete; false if they are more than before, and too many. */
    boolean holdUnfinished(int bytes) {
        int counted = bytes <= FREE_UNFINISHED ? 0 : bytes;
        int more = counted - unfinished;
        unfinished = counted;
        return more == 0 || memory.add(more) <= memory.limit() || more < 0;
    }

    /** Counts the bytes that were written and not yet taken. */
    void holdUnread(long bytes) {
        if (bytes != unread) {
            memory.add(bytes - unread);
            unread = bytes;
        }
    }

    /** Whether all connections together hold more than they may. */
    boolean isNodeFull() {
        return memory.isShort();
    }

    /** The connection is gone. */
    void release() {
        holdUnfinished(0);
        holdUnread(0);
    }
}
