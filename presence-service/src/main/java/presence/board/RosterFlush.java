package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.roster.Roster;
import presence.roster.RosterDelta;
import presence.wire.MemberChange;
import presence.wire.MemberView;

/**
 * Shows the clients of this node what became of the roster: one change for those who watch already,
 * the whole roster for those who arrived. Gives members their slots. Board loop only.
 */
final class RosterFlush {
    private static final byte[] NO_KEY = {};

    private final BoardId board;
    private final int boardRef;
    private final BoardLoop shared;
    private final Origin self;
    private final Roster roster;
    private final Occupants occupants;
    private final RemoteSlots remoteSlots;
    private final Fanout fanout;
    private final DirtyCursors dirty;
    private final SlotAllocator slots;

    /** Local seats by member, for their cursors. */
    final Map<MemberId, Seat> seats = new HashMap<>();

    private final Map<Seat, PacedRoster> paced = new LinkedHashMap<>(0);

    RosterFlush(
            BoardId board,
            int boardRef,
            BoardLoop shared,
            Origin self,
            Roster roster,
            Occupants occupants,
            RemoteSlots remoteSlots,
            Fanout fanout,
            DirtyCursors dirty,
            SlotAllocator slots) {
        this.board = board;
        this.boardRef = boardRef;
        this.shared = shared;
        this.self = self;
        this.roster = roster;
        this.occupants = occupants;
        this.remoteSlots = remoteSlots;
        this.fanout = fanout;
        this.dirty = dirty;
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
        if (fanout.size() > 0) {
            fanout.sendAll(shared.encoder.change(boardRef, leftSlots, joined, updated, false), null);
        }
        paced.forEach((seat, rest) -> showPaced(seat, rest, left, leftSlots, joined, updated, updatedIds));
    }

    private @Nullable Occupant vacate(Member member) {
        Occupant occupant = occupants.get(member.id());
        if (occupant != null) {
            occupants.remove(occupant);
            remoteSlots.unbind(occupant.owner, occupant.member.ownerSlot(), occupant);
            slots.free(occupant.slot, shared.clock.getAsLong());
        }
        return occupant;
    }

    private Occupant seatNewcomer(Member member) {
        Origin owner = ownerOf(member);
        Seat seat = seats.get(member.id());
        if (seat != null && owner.equals(self)) {
            Occupant occupant = new Occupant(member.ownerSlot(), member, owner, seat.cursor);
            occupants.add(occupant);
            if (seat.cursor.value() != CursorSlot.NONE) {
                // It moved before anybody knew it; ticks passed it over until now.
                seat.cursor.markDirty();
            }
            return occupant;
        }
        long now = shared.clock.getAsLong();
        Occupant occupant = new Occupant(slots.allocate(now), member, owner, new CursorSlot(dirty));
        occupants.add(occupant);
        remoteSlots.bind(owner, member.ownerSlot(), occupant, now);
        return occupant;
    }

    private MemberChange.Updated update(Occupant occupant, Member after) {
        Member before = occupant.member;
        Origin owner = ownerOf(after);
        if (!owner.equals(occupant.owner) || after.ownerSlot() != before.ownerSlot()) {
            remoteSlots.unbind(occupant.owner, before.ownerSlot(), occupant);
            occupant.owner = owner;
            if (!owner.equals(self)) {
                remoteSlots.bind(owner, after.ownerSlot(), occupant, shared.clock.getAsLong());
            }
        }
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

    private Origin ownerOf(Member member) {
        Origin owner = roster.owner(member.id());
        return owner == null ? self : owner;
    }

    /** Gives a new watcher the whole roster, in parts if it is large, and from then on every change. */
    void greet(Seat seat) {
        Member member = seat.member;
        int you = member == null ? 0 : member.ownerSlot();
        PacedRoster members = new PacedRoster(occupants);
        ByteBuf frame = shared.encoder.roster(board, boardRef, you, NO_KEY, members);
        seat.watching = true;
        if (!members.hasNext()) {
            fanout.add(seat, frame);
            return;
        }
        members.pace();
        paced.put(seat, members);
        fanout.arriving++;
        fanout.sendPart(seat, frame);
    }

    /** Sends a reader that took its last part the next one. */
    void nextPart(Seat seat, CursorTicker ticker) {
        PacedRoster rest = paced.get(seat);
        if (rest == null) {
            return;
        }
        ByteBuf frame = shared.encoder.moreJoined(boardRef, rest);
        if (rest.hasNext()) {
            fanout.sendPart(seat, frame);
        } else {
            paced.remove(seat);
            fanout.arriving--;
            fanout.add(seat, frame);
            // Cursors were not sent while slots were unknown: now the newest of each.
            ticker.catchUp(seat, 0);
        }
    }

    void forget(Seat seat) {
        if (paced.remove(seat) != null) {
            fanout.arriving--;
        } else if (seat.watching) {
            fanout.remove(seat);
        }
    }

    /** The connections that are still being told who is there, and know this member already. */
    List<Seat> pacedKnowing(MemberId id) {
        List<Seat> knowing = new ArrayList<>(0);
        paced.forEach((seat, rest) -> {
            if (rest.knows(id)) {
                knowing.add(seat);
            }
        });
        return knowing;
    }

    /** Whether a connection was told of this member. */
    boolean knows(Seat seat, MemberId id) {
        PacedRoster rest = paced.get(seat);
        return rest == null ? seat.watching : rest.knows(id);
    }

    private void showPaced(
            Seat seat,
            PacedRoster rest,
            List<Occupant> left,
            List<MemberChange.Left> leftSlots,
            List<MemberView> joined,
            List<MemberChange.Updated> updated,
            List<MemberId> updatedIds) {
        List<MemberChange.Left> knownLeft = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            if (rest.forget(left.get(i).member.id())) {
                knownLeft.add(leftSlots.get(i));
            }
        }
        joined.forEach(view -> rest.told(view.id()));
        List<MemberChange.Updated> knownUpdated = new ArrayList<>();
        for (int i = 0; i < updated.size(); i++) {
            if (rest.knows(updatedIds.get(i))) {
                knownUpdated.add(updated.get(i));
            }
        }
        for (ByteBuf frame : shared.encoder.change(boardRef, knownLeft, joined, knownUpdated, true)) {
            fanout.sendTo(seat.client, frame);
        }
    }
}
