package presence.board;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.roster.Roster;
import presence.roster.RosterDelta;
import presence.wire.MemberChange;
import presence.wire.MemberView;

/** Shows the clients of this node what became of the roster, and gives members their slots. Board loop only. */
final class RosterFlush {
    private final BoardLoop shared;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final Occupants occupants;
    private final CursorSources cursors;
    private final Audience audience;
    private final SlotAllocator slots;

    RosterFlush(
            BoardLoop shared,
            Origin self,
            Roster roster,
            LocalMembers members,
            Occupants occupants,
            CursorSources cursors,
            Audience audience,
            SlotAllocator slots) {
        this.shared = shared;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.occupants = occupants;
        this.cursors = cursors;
        this.audience = audience;
        this.slots = slots;
    }

    /** Tells everybody what changed since the last call. */
    void showChanges() {
        RosterDelta delta = roster.takeDelta();
        if (delta.isEmpty()) {
            return;
        }
        List<Occupant> left = new ArrayList<>(delta.left().size());
        List<MemberChange.Left> leftSlots = new ArrayList<>(delta.left().size());
        for (RosterDelta.Left gone : delta.left()) {
            Occupant occupant = vacate(gone.member());
            if (occupant != null) {
                left.add(occupant);
                leftSlots.add(new MemberChange.Left(occupant.slot, gone.reason()));
            }
        }
        List<MemberView> joined = new ArrayList<>(delta.joined().size());
        for (Member member : delta.joined()) {
            joined.add(seatNewcomer(member).view());
        }
        List<MemberChange.Updated> updated = new ArrayList<>(delta.updated().size());
        List<MemberId> updatedIds = new ArrayList<>(delta.updated().size());
        for (RosterDelta.Updated change : delta.updated()) {
            Occupant occupant = occupants.get(change.after().id());
            if (occupant != null) {
                updated.add(update(occupant, change.after()));
                updatedIds.add(change.after().id());
            }
        }
        audience.show(left, leftSlots, joined, updated, updatedIds);
    }

    private @Nullable Occupant vacate(Member member) {
        Occupant occupant = occupants.get(member.id());
        if (occupant != null) {
            occupants.remove(occupant);
            cursors.disconnect(occupant);
            slots.free(occupant.slot, shared.clock.getAsLong());
        }
        return occupant;
    }

    private Occupant seatNewcomer(Member member) {
        Origin owner = roster.owner(member.id());
        LocalMember local = self.equals(owner) ? members.get(member.id()) : null;
        Occupant occupant = local == null
                ? cursors.newOccupant(
                        slots.allocate(shared.clock.getAsLong()), member, owner == null ? self : owner, null)
                : cursors.newOccupant(member.ownerSlot(), member, self, local.cursor);
        occupants.add(occupant);
        return occupant;
    }

    private static MemberChange.Updated update(Occupant occupant, Member after) {
        Member before = occupant.member;
        occupant.member = after;
        PresenceState state = after.state();
        return new MemberChange.Updated(
                occupant.slot,
                after.profile().equals(before.profile()) ? null : after.profile(),
                after.status() == before.status() ? null : after.status(),
                state.setSince(before.state()),
                state.unsetSince(before.state()),
                after.version());
    }
}
