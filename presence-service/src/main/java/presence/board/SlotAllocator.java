package presence.board;

import java.util.ArrayDeque;

/**
 * Allocates small numbers from 1. A freed number rests before it is reused, so that a frame still
 * in flight never refers to another member. Pure; time is a parameter.
 */
final class SlotAllocator {
    private record Freed(int number, long atMs) {}

    private final long restMs;
    private final ArrayDeque<Freed> resting = new ArrayDeque<>(0);
    private int next = 1;

    SlotAllocator(long restMs) {
        this.restMs = restMs;
    }

    int allocate(long nowMs) {
        Freed oldest = resting.peekFirst();
        if (oldest != null && nowMs - oldest.atMs >= restMs) {
            resting.removeFirst();
            return oldest.number;
        }
        return next++;
    }

    void free(int number, long nowMs) {
        resting.addLast(new Freed(number, nowMs));
    }
}
