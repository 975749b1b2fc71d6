package presence.board;

import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.Origin;
import presence.model.Position;
import presence.model.PresenceState;
import presence.wire.MemberChange;
import presence.wire.MemberFrames;
import presence.wire.MemberView;

/** The member in a slot, as this node's clients received it last. Board loop only. */
final class SlotEntry {
    final int slot;
    Member member;

    /** Null until it is needed, and after a change of the member. */
    private MemberFrames.@Nullable Record record;

    /**
     * The member's current owner, the owner's slot for it, and the source of its cursor: see {@link CursorBindings}.
     */
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
        cursor.entry = this;
    }

    /** Shows a later state of the member. */
    void show(Member after) {
        member = after;
        record = null;
    }

    /** Returns the member for frames that {@link MemberFrames} makes: encoded once while it is unchanged. */
    MemberFrames.Entry entry() {
        MemberFrames.Record encoded = record == null ? MemberFrames.record(view()) : record;
        record = encoded;
        return new MemberFrames.Entry(encoded, positionOrNull());
    }

    void dropRecord() {
        record = null;
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

    /** Returns what changed between a record shown before and the one shown now. */
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

    /** Returns how long ago the position arrived in the cluster, in milliseconds. */
    int ageMs(long now) {
        return (int) Math.min(now - movedAtMs + CursorSlot.ageMs(position, movedAtMs), Integer.MAX_VALUE);
    }

    private @Nullable Position positionOrNull() {
        return position == CursorSlot.NONE
                ? null
                : new Position(CursorSlot.x(position), CursorSlot.y(position), CursorSlot.hidden(position));
    }
}
