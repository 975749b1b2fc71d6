package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.Origin;

/**
 * Where each occupant's pointer comes from: a seat on this node, or another node's slot. When a member
 * gets a new connection the source changes and the last position stays. Board loop only.
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

    /** @param seat the cursor of a member of this node, null for one of another */
    SlotEntry newOccupant(int slot, Member member, Origin owner, @Nullable CursorSlot seat) {
        CursorSlot cursor = seat == null ? new CursorSlot(dirty) : seat;
        SlotEntry occupant = new SlotEntry(slot, member, owner, cursor);
        if (seat == null) {
            remoteSlots.bind(owner, occupant.ownerSlot, occupant, shared.clock.getAsLong());
        } else if (seat.value() != CursorSlot.NONE) {
            // It moved before anybody knew it; ticks passed it over until now.
            seat.markDirty();
        }
        return occupant;
    }

    /**
     * The member may have got another owner, another slot there, or another seat here.
     *
     * @param seat the cursor of a member of this node, null for one of another
     */
    void reconnect(SlotEntry occupant, Origin owner, int ownerSlot, @Nullable CursorSlot seat) {
        boolean moved = !owner.equals(occupant.owner) || ownerSlot != occupant.ownerSlot;
        if (moved) {
            disconnect(occupant);
        }
        if (seat != null) {
            drive(occupant, seat);
        } else if (occupant.owner.equals(self)) {
            drive(occupant, new CursorSlot(dirty));
        }
        occupant.owner = owner;
        occupant.ownerSlot = ownerSlot;
        if (moved && seat == null) {
            remoteSlots.bind(owner, ownerSlot, occupant, shared.clock.getAsLong());
        }
    }

    /** Nothing moves the occupant any more. */
    void disconnect(SlotEntry occupant) {
        if (!occupant.owner.equals(self)) {
            remoteSlots.unbind(occupant.owner, occupant.ownerSlot, occupant);
        }
    }

    private static void drive(SlotEntry occupant, CursorSlot source) {
        CursorSlot last = occupant.cursor;
        if (last == source) {
            return;
        }
        last.occupant = null;
        occupant.cursor = source;
        source.occupant = occupant;
        long position = last.value();
        boolean unseen = position != CursorSlot.NONE && position != occupant.position;
        if (unseen) {
            // Its last move came after the last tick.
            occupant.position = position;
        }
        if (unseen || source.value() != CursorSlot.NONE) {
            source.markDirty();
        }
    }
}
