package presence.board;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a board that moved since the last tick: a lock-free stack threaded through the slots
 * themselves (Treiber, 1986). It is only emptied as a whole, so the ABA problem does not arise.
 */
final class DirtyCursors {
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(DirtyCursors.class, "head", CursorSlot.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Runnable onFirst;
    private volatile @Nullable CursorSlot head;

    /** @param onFirst called by the thread that makes the stack non-empty: once per drain */
    DirtyCursors(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    void push(CursorSlot slot) {
        CursorSlot top;
        do {
            top = head;
            slot.next = top;
        } while (!HEAD.compareAndSet(this, top, slot));
        if (top == null) {
            onFirst.run();
        }
    }

    /** Empties the stack. Follow {@link CursorSlot#next} before {@link CursorSlot#take()}: a taken slot may be pushed again. */
    @Nullable CursorSlot drain() {
        return (CursorSlot) HEAD.getAndSet(this, null);
    }
}
