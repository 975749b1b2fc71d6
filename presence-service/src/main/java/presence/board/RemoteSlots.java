package presence.board;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.CursorColumns;
import presence.model.Origin;

/**
 * Maps the slots of other nodes to local slot entries. Cursors may overtake the join of their
 * member: positions of slots not known yet are kept for {@value #EARLY_MS} ms. Board loop only.
 */
final class RemoteSlots {
    static final long EARLY_MS = 2_000;
    /** Early positions kept per owner; bounds memory when a peer sends ever new slots. */
    private static final int MAX_EARLY = 1_024;

    private record Early(int x, int y, boolean hidden, long arrivalMs, long keptSinceMs) {}

    private static final class OwnerSlots {
        final Map<Integer, SlotEntry> known = new HashMap<>();
        final Map<Integer, Early> early = new HashMap<>();
        long lastTick = -1;
        boolean gone;
    }

    private final Map<Origin, OwnerSlots> owners = new HashMap<>();

    /** Binds an owner's slot to an entry. */
    void bind(Origin owner, int ownerSlot, SlotEntry entry, long nowMs) {
        OwnerSlots slots = owners.computeIfAbsent(owner, o -> new OwnerSlots());
        slots.gone = false;
        slots.known.put(ownerSlot, entry);
        Early early = slots.early.remove(ownerSlot);
        if (early != null && nowMs - early.keptSinceMs <= EARLY_MS) {
            entry.cursor.move(early.x, early.y, early.hidden, early.arrivalMs);
        }
    }

    void unbind(Origin owner, int ownerSlot, SlotEntry entry) {
        OwnerSlots slots = owners.get(owner);
        if (slots != null) {
            slots.known.remove(ownerSlot, entry);
            dropIfDone(owner, slots);
        }
    }

    /**
     * Drops the early positions of an owner that is gone. Its members stay bound until the roster shows that
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
            @Nullable SlotEntry entry = slots.known.get(moved.slot(row));
            if (entry != null) {
                entry.cursor.move(moved.x(row), moved.y(row), moved.hidden(row), arrivalMs);
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
