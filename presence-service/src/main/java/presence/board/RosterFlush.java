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

/** Shows roster changes to the clients of this node and assigns slots to members. Board loop only. */
final class RosterFlush {
    private final BoardLoop shared;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final SlotTable slotTable;
    private final CursorBindings cursors;
    private final BoardSubscribers subscribers;
    private final SlotAllocator slotAllocator;
    private final BoardLink link;

    RosterFlush(
            BoardLoop shared,
            Origin self,
            Roster roster,
            LocalMembers members,
            SlotTable slotTable,
            CursorBindings cursors,
            BoardSubscribers subscribers,
            SlotAllocator slotAllocator,
            BoardLink link) {
        this.shared = shared;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.slotTable = slotTable;
        this.cursors = cursors;
        this.subscribers = subscribers;
        this.slotAllocator = slotAllocator;
        this.link = link;
    }

    /**
     * Shows what changed since the last call, at most {@code maxBytes} of it; the next call shows the rest.
     *
     * @param first shown in any case if it changed; null for none
     */
    void showChanges(int maxBytes, @Nullable MemberId first) {
        RosterDelta delta = roster.takeDelta(maxBytes, first);
        if (delta.isEmpty()) {
            return;
        }
        List<RosterNews.Gone> left = new ArrayList<>(delta.left().size());
        for (RosterDelta.Left gone : delta.left()) {
            SlotEntry entry = vacate(gone.member());
            if (entry != null) {
                left.add(new RosterNews.Gone(entry, gone.reason()));
            }
        }
        List<SlotEntry> joined = new ArrayList<>(delta.joined().size());
        for (Member member : delta.joined()) {
            joined.add(addEntry(member));
        }
        List<RosterNews.Renewed> updated = new ArrayList<>(delta.updated().size());
        for (RosterDelta.Updated change : delta.updated()) {
            SlotEntry entry = slotTable.get(change.after().id());
            if (entry != null) {
                updated.add(new RosterNews.Renewed(entry, entry.member));
                entry.show(change.after());
            }
        }
        subscribers.show(new RosterNews(left, joined, updated));
    }

    /**
     * Shows a member before it is referred to: its joined precedes its slot, and its state changes precede its later
     * signals. Changes of other members keep their pace.
     */
    void showFirst(Member member) {
        if (slotTable.get(member.id()) == null || roster.isTouched(member.id())) {
            showChanges(0, member.id());
            publishChanges();
        }
    }

    /**
     * Returns the slot of a member as this node's clients know it; shows the member first if they do not know it yet.
     */
    int shownSlot(Member member) {
        showFirst(member);
        SlotEntry entry = slotTable.get(member.id());
        if (entry == null) {
            throw new IllegalStateException("a flush shows every member");
        }
        return entry.slot;
    }

    /** Publishes what changed in this node's segment since the last call. */
    void publishChanges() {
        if (members.isChanged()) {
            link.publish(members.take());
        }
    }

    private @Nullable SlotEntry vacate(Member member) {
        SlotEntry entry = slotTable.get(member.id());
        if (entry != null) {
            slotTable.remove(entry);
            cursors.disconnect(entry);
            slotAllocator.free(entry.slot, shared.clock.getAsLong());
        }
        return entry;
    }

    private SlotEntry addEntry(Member member) {
        Origin owner = roster.owner(member.id());
        LocalMember local = self.equals(owner) ? members.get(member.id()) : null;
        SlotEntry entry = local == null
                ? cursors.newEntry(
                        slotAllocator.allocate(shared.clock.getAsLong()), member, owner == null ? self : owner, null)
                : cursors.newEntry(member.ownerSlot(), member, self, local.cursor);
        slotTable.add(entry);
        return entry;
    }
}
