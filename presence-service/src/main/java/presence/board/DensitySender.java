package presence.board;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.model.Density;
import presence.viewport.ViewportFilter;

/**
 * Sends the density of a large board to the clients with a window: once a second while it changes, and an empty one when
 * the board is not large any more. Board loop only, except {@link #missed}.
 */
final class DensitySender {
    /** Rounds between two densities: a second. */
    private static final int ROUNDS = 1_000 / ViewportFilter.ROUND_MS;

    private final BoardLoop shared;
    private final Fanout fanout;
    private final int boardRef;

    private int rounds;
    /** What the clients show; null before the first, and when all have an empty one. */
    private @Nullable Density sent;

    private volatile boolean missed;

    DensitySender(BoardLoop shared, Fanout fanout, int boardRef) {
        this.shared = shared;
        this.fanout = fanout;
        this.boardRef = boardRef;
    }

    /** Returns whether clients show a density. */
    boolean isShown() {
        return sent != null;
    }

    /** Notes that a client lacks what was sent: the next is sent even if it is the same. Any thread. */
    void missed() {
        missed = true;
    }

    /** Starts anew: no client is left that was sent one. */
    void forget() {
        sent = null;
        missed = false;
    }

    /**
     * Continues after {@link ViewportFilter#ROUND_MS}.
     *
     * @param isLarge whether the board is large enough for a density
     * @param density where the members are; null while none has a position
     */
    void round(boolean isLarge, Supplier<@Nullable Density> density) {
        if (++rounds % ROUNDS != 0 || !isLarge && sent == null) {
            return;
        }
        Density now = isLarge ? density.get() : Density.NONE;
        if (now == null) {
            return;
        }
        if (now.equals(sent) && !missed) {
            sent = isLarge ? sent : null;
            return;
        }
        missed = false;
        try {
            fanout.sendDensity(shared.encoder.density(boardRef, now), this::missed);
            sent = now;
        } catch (OutOfMemoryError e) {
            missed = true;
            shared.memory.allocationFailed(e);
        }
    }
}
