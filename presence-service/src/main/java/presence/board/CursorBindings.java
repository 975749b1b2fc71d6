package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.Origin;

/**
 * Binds each slot entry's cursor to its source: a seat on this node, or another node's slot. When a member gets a new
 * connection the source changes and the last position stays. Board loop only.
 */
final class CursorBindings {
    private final Origin self;
    private final BoardLoop shared;
    private final RemoteSlots remoteSlots;
    private final DirtyCursors dirty;

    CursorBindings(Origin self, BoardLoop shared, RemoteSlots remoteSlots, DirtyCursors dirty) {
        this.self = self;
        this.shared = shared;
        this.remoteSlots = remoteSlots;
        this.dirty = dirty;
    }

    /** @param seat the cursor of a local member; null for a remote one */
    SlotEntry newEntry(int slot, Member member, Origin owner, @Nullable CursorSlot seat) {
        CursorSlot cursor = seat == null ? new CursorSlot(dirty) : seat;
        SlotEntry entry = new SlotEntry(slot, member, owner, cursor);
        if (seat == null) {
            remoteSlots.bind(owner, entry.ownerSlot, entry, shared.clock.getAsLong());
        } else if (seat.value() != CursorSlot.NONE) {
            // It moved before it had an entry; ticks skipped it until now.
            seat.markDirty();
        }
        return entry;
    }

    /**
     * Rebinds an entry whose member may have another owner, another slot there, or another seat here.
     *
     * @param seat the cursor of a local member; null for a remote one
     */
    void reconnect(SlotEntry entry, Origin owner, int ownerSlot, @Nullable CursorSlot seat) {
        boolean moved = !owner.equals(entry.owner) || ownerSlot != entry.ownerSlot;
        if (moved) {
            disconnect(entry);
        }
        if (seat != null) {
            drive(entry, seat);
        } else if (entry.owner.equals(self)) {
            drive(entry, new CursorSlot(dirty));
        }
        entry.owner = owner;
        entry.ownerSlot = ownerSlot;
        if (moved && seat == null) {
            remoteSlots.bind(owner, ownerSlot, entry, shared.clock.getAsLong());
        }
    }

    /** Unbinds the entry from its cursor's source. */
    void disconnect(SlotEntry entry) {
        if (!entry.owner.equals(self)) {
            remoteSlots.unbind(entry.owner, entry.ownerSlot, entry);
        }
    }

    private static void drive(SlotEntry entry, CursorSlot source) {
        CursorSlot last = entry.cursor;
        if (last == source) {
            return;
        }
        last.entry = null;
        entry.cursor = source;
        source.entry = entry;
        long position = last.value();
        boolean unseen = position != CursorSlot.NONE && position != entry.position;
        if (unseen) {
            // Its last move came after the last tick.
            entry.position = position;
        }
        if (unseen || source.value() != CursorSlot.NONE) {
            source.markDirty();
        }
    }
}
