package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.Origin;
import presence.model.Position;
import presence.model.PresenceState;
import presence.wire.MemberChange;
import presence.wire.MemberView;

/** Who holds a slot: a member as this node's clients were last told of it. Board loop only. */
final class SlotEntry {
    final int slot;
    Member member;

    /** Whose member it is now, that node's slot for it, and where its pointer comes from: see {@link CursorBindings}. */
    Origin owner;

    int ownerSlot;
    CursorSlot cursor;

    /** The position sent last, and when; {@link CursorSlot#NONE} before the first. */
    long position = CursorSlot.NONE;

    long movedAtMs;
    long movedTick;

    SlotEntry(int slot, Member member, Origin owner, CursorSlot cursor) {
        this.slot = slot;
        this.member = member;
        this.owner = owner;
        this.ownerSlot = member.ownerSlot();
        this.cursor = cursor;
        cursor.occupant = this;
    }

    MemberView view() {
        return new MemberView(
                slot,
                member.id(),
                member.profile(),
                member.status(),
                member.state().values(),
                member.version(),
                positionOrNull(),
                member.joinedAtMs());
    }

    /** What changed from a record that was shown before to the one shown now. */
    MemberChange.Updated changeSince(Member before) {
        PresenceState state = member.state();
        return new MemberChange.Updated(
                slot,
                member.profile().equals(before.profile()) ? null : member.profile(),
                member.status() == before.status() ? null : member.status(),
                state.setSince(before.state()),
                state.unsetSince(before.state()),
                member.version());
    }

    private @Nullable Position positionOrNull() {
        return position == CursorSlot.NONE
                ? null
                : new Position(CursorSlot.x(position), CursorSlot.y(position), CursorSlot.hidden(position));
    }
}
