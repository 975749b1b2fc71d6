package presence.board;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.model.Origin;

/**
 * Which of our occupants another node means by its own slots. Cursors may overtake the join of their
 * member: positions of slots not known yet are kept for {@value #EARLY_MS} ms. Board loop only.
 */
final class RemoteSlots {
    static final long EARLY_MS = 2_000;
    /** Early positions kept per owner; a peer that names ever new slots costs no more. */
    private static final int MAX_EARLY = 1_024;

    private record Early(int x, int y, boolean hidden, long arrivalMs, long keptSinceMs) {}

    private static final class OwnerSlots {
        final Map<Integer, SlotEntry> known = new HashMap<>();
        final Map<Integer, Early> early = new HashMap<>();
        long lastTick = -1;
        boolean gone;
    }

    private final Map<Origin, OwnerSlots> owners = new HashMap<>();

    /** From now on {@code owner} means {@code occupant} by its slot. */
    void bind(Origin owner, int ownerSlot, SlotEntry occupant, long nowMs) {
        OwnerSlots slots = owners.computeIfAbsent(owner, o -> new OwnerSlots());
        slots.gone = false;
        slots.known.put(ownerSlot, occupant);
        Early early = slots.early.remove(ownerSlot);
        if (early != null && nowMs - early.keptSinceMs <= EARLY_MS) {
            occupant.cursor.move(early.x, early.y, early.hidden, early.arrivalMs);
        }
    }

    void unbind(Origin owner, int ownerSlot, SlotEntry occupant) {
        OwnerSlots slots = owners.get(owner);
        if (slots != null) {
            slots.known.remove(ownerSlot, occupant);
            dropIfDone(owner, slots);
        }
    }

    /**
     * The owner is gone, and what it said early is void. Its members stay bound until the roster shows that
     * they left: if the owner is back before that, nothing has changed.
     */
    void forget(Origin owner) {
        OwnerSlots slots = owners.get(owner);
        if (slots != null) {
            slots.gone = true;
            slots.early.clear();
            dropIfDone(owner, slots);
        }
    }

    private void dropIfDone(Origin owner, OwnerSlots slots) {
        if (slots.gone && slots.known.isEmpty() && slots.early.isEmpty()) {
            owners.remove(owner);
        }
    }

    /** Moves the cursors of an owner's members; an older tick than the last is ignored. */
    void move(Origin owner, long tick, CursorColumns moved, long nowMs) {
        OwnerSlots slots = owners.computeIfAbsent(owner, o -> new OwnerSlots());
        if (tick <= slots.lastTick) {
            return;
        }
        slots.lastTick = tick;
        for (int row = 0; row < moved.size(); row++) {
            long arrivalMs = nowMs - Math.min(moved.ageMs(row), CursorSlot.OLDEST_MS);
            @Nullable SlotEntry occupant = slots.known.get(moved.slot(row));
            if (occupant != null) {
                occupant.cursor.move(moved.x(row), moved.y(row), moved.hidden(row), arrivalMs);
            } else {
                keepEarly(
                        slots,
                        moved.slot(row),
                        new Early(moved.x(row), moved.y(row), moved.hidden(row), arrivalMs, nowMs));
            }
        }
    }

    private static void keepEarly(OwnerSlots slots, int slot, Early early) {
        if (slots.early.size() >= MAX_EARLY) {
            Iterator<Early> all = slots.early.values().iterator();
            while (all.hasNext()) {
                if (early.keptSinceMs - all.next().keptSinceMs > EARLY_MS) {
                    all.remove();
                }
            }
        }
        if (slots.early.size() < MAX_EARLY) {
            slots.early.put(slot, early);
        }
    }
}
