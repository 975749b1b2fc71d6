package presence.board;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.roster.RosterDelta;

/** Shows the clients of this node what became of the roster, and gives members their slots. Board loop only. */
final class RosterFlush {
    private final BoardLoop shared;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final SlotTable occupants;
    private final CursorBindings cursors;
    private final BoardSubscribers audience;
    private final SlotAllocator slots;
    private final BoardLink link;

    RosterFlush(
            BoardLoop shared,
            Origin self,
            Roster roster,
            LocalMembers members,
            SlotTable occupants,
            CursorBindings cursors,
            BoardSubscribers audience,
            SlotAllocator slots,
            BoardLink link) {
        this.shared = shared;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.occupants = occupants;
        this.cursors = cursors;
        this.audience = audience;
        this.slots = slots;
        this.link = link;
    }

    /**
     * Shows what changed since the last call, at most {@code maxBytes} of it: what is left is shown by the next call.
     *
     * @param first is shown in any case if it changed; null for none
     */
    void showChanges(int maxBytes, @Nullable MemberId first) {
        RosterDelta delta = roster.takeDelta(maxBytes, first);
        if (delta.isEmpty()) {
            return;
        }
        List<RosterNews.Gone> left = new ArrayList<>(delta.left().size());
        for (RosterDelta.Left gone : delta.left()) {
            SlotEntry occupant = vacate(gone.member());
            if (occupant != null) {
                left.add(new RosterNews.Gone(occupant, gone.reason()));
            }
        }
        List<SlotEntry> joined = new ArrayList<>(delta.joined().size());
        for (Member member : delta.joined()) {
            joined.add(seatNewcomer(member));
        }
        List<RosterNews.Renewed> updated = new ArrayList<>(delta.updated().size());
        for (RosterDelta.Updated change : delta.updated()) {
            SlotEntry occupant = occupants.get(change.after().id());
            if (occupant != null) {
                updated.add(new RosterNews.Renewed(occupant, occupant.member));
                occupant.member = change.after();
            }
        }
        audience.show(new RosterNews(left, joined, updated));
    }

    /**
     * Shows a member before it is named: no slot is named before its joined, and no signal comes before the state set
     * before it. The changes of others keep their pace.
     */
    void showFirst(Member member) {
        if (occupants.get(member.id()) == null || roster.isTouched(member.id())) {
            showChanges(0, member.id());
            publishChanges();
        }
    }

    /** The slot of a member as this node's clients know it; shows it to them if they do not know it yet. */
    int shownSlot(Member member) {
        showFirst(member);
        SlotEntry occupant = occupants.get(member.id());
        if (occupant == null) {
            throw new IllegalStateException("a flush shows every member");
        }
        return occupant.slot;
    }

    /** Publishes what changed in this node's segment since the last call. */
    void publishChanges() {
        if (members.isChanged()) {
            link.publish(members.take());
        }
    }

    private @Nullable SlotEntry vacate(Member member) {
        SlotEntry occupant = occupants.get(member.id());
        if (occupant != null) {
            occupants.remove(occupant);
            cursors.disconnect(occupant);
            slots.free(occupant.slot, shared.clock.getAsLong());
        }
        return occupant;
    }

    private SlotEntry seatNewcomer(Member member) {
        Origin owner = roster.owner(member.id());
        LocalMember local = self.equals(owner) ? members.get(member.id()) : null;
        SlotEntry occupant = local == null
                ? cursors.newOccupant(
                        slots.allocate(shared.clock.getAsLong()), member, owner == null ? self : owner, null)
                : cursors.newOccupant(member.ownerSlot(), member, self, local.cursor);
        occupants.add(occupant);
        return occupant;
    }
}
