package presence.connection;

import presence.board.ClientMemory;

/**
 * Counts the memory that one connection holds against the {@link ClientMemory} of all: parts of incomplete messages,
 * and bytes written to it and not yet taken by the kernel. The channel's event loop only.
 */
final class BufferQuota {
    /**
     * Incomplete messages up to this size are not counted: most are smaller, and a full node must not refuse all
     * clients.
     */
    static final int FREE_UNFINISHED = 1_024;

    private final ClientMemory memory;
    private int unfinished;
    private long unread;

    BufferQuota(ClientMemory memory) {
        this.memory = memory;
    }

    /** Counts the bytes of incomplete messages; false if they grew and exceed the limit. */
    boolean holdUnfinished(int bytes) {
        int counted = bytes <= FREE_UNFINISHED ? 0 : bytes;
        int more = counted - unfinished;
        unfinished = counted;
        return more == 0 || memory.add(more) <= memory.limit() || more < 0;
    }

    /** Counts the bytes written and not yet taken. */
    void holdUnread(long bytes) {
        if (bytes != unread) {
            memory.add(bytes - unread);
            unread = bytes;
        }
    }

    /** Whether all connections together exceed the limit. */
    boolean isNodeFull() {
        return memory.isShort();
    }

    /** Returns all memory when the connection has closed. */
    void release() {
        holdUnfinished(0);
        holdUnread(0);
    }
}
