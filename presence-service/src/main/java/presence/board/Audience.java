package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.MemberChange;
import presence.wire.MemberView;
import presence.wire.WireEncoder;

/**
 * The seats of a board on this node and how far each has been told who is there: not yet, in part, or
 * all, in which case it is in the {@link Fanout}. Board loop only.
 */
final class Audience {
    private static final byte[] NO_KEY = {};

    private final BoardId board;
    private final int boardRef;
    private final WireEncoder encoder;
    private final Occupants occupants;
    private final Fanout fanout;
    private final CursorTicker ticker;
    private final Set<Seat> arrivals = new LinkedHashSet<>(4);
    private final Map<Seat, PacedRoster> paced = new LinkedHashMap<>(0);
    private final Set<Seat> seats = new HashSet<>(4);

    Audience(
            BoardId board, int boardRef, WireEncoder encoder, Occupants occupants, Fanout fanout, CursorTicker ticker) {
        this.board = board;
        this.boardRef = boardRef;
        this.encoder = encoder;
        this.occupants = occupants;
        this.fanout = fanout;
        this.ticker = ticker;
    }

    int size() {
        return seats.size();
    }

    Set<Seat> seats() {
        return seats;
    }

    /** Gets its roster at the next flush. */
    void add(Seat seat) {
        seats.add(seat);
        arrivals.add(seat);
    }

    /** The seat is given back or taken away: it hears no more of the board. */
    void remove(Seat seat) {
        seat.gone = true;
        seats.remove(seat);
        arrivals.remove(seat);
        if (paced.remove(seat) != null) {
            fanout.arriving--;
        } else if (seat.watching) {
            fanout.remove(seat);
        }
    }

    /** Removes a seat and tells its client why. */
    void expel(Seat seat, ErrorCode why, String message) {
        remove(seat);
        tellLost(seat, why, encoder.error(why, message, -1, ClientEvent.NO_REQUEST_ID, boardRef));
    }

    /** Tells a client that a seat it counts on is none. Takes the buffer over. */
    void tellLost(Seat seat, ErrorCode why, ByteBuf frame) {
        fanout.run(seat.client.eventLoop(), () -> seat.client.onSeatLost(seat, why, frame));
    }

    void greetArrivals() {
        arrivals.forEach(this::greet);
        arrivals.clear();
    }

    /** Gives a new watcher the whole roster, in parts if it is large, and from then on every change. */
    private void greet(Seat seat) {
        LocalMember member = seat.member;
        PacedRoster members = new PacedRoster(occupants);
        ByteBuf frame = encoder.roster(
                board,
                boardRef,
                member == null ? 0 : member.record.ownerSlot(),
                member == null ? NO_KEY : seat.takeResumeKey(),
                members);
        seat.watching = true;
        int slowed = ticker.maxCursorHz();
        if (!members.hasNext()) {
            fanout.add(seat, frame);
        } else {
            members.pace();
            paced.put(seat, members);
            fanout.arriving++;
            fanout.sendPart(seat, frame);
        }
        if (slowed > 0) {
            fanout.sendTo(seat.client, encoder.pace(boardRef, slowed));
        }
    }

    /** Sends a reader that took its last part the next one. */
    void nextPart(Seat seat) {
        PacedRoster rest = paced.get(seat);
        if (rest == null) {
            return;
        }
        ByteBuf frame = encoder.moreJoined(boardRef, rest);
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

    /** The seats that are still being told who is there. */
    Set<Seat> paced() {
        return paced.keySet();
    }

    /** The seats that are still being told who is there, and know this member already. */
    List<Seat> pacedKnowing(MemberId id) {
        List<Seat> knowing = new ArrayList<>(0);
        paced.forEach((seat, rest) -> {
            if (rest.knows(id)) {
                knowing.add(seat);
            }
        });
        return knowing;
    }

    /** Whether a seat was told of this member. */
    boolean knows(Seat seat, MemberId id) {
        PacedRoster rest = paced.get(seat);
        return rest == null ? seat.watching : rest.knows(id);
    }

    /** Tells everybody of a change, those who have a part of the roster as far as they know its subjects. */
    void show(
            List<Occupant> left,
            List<MemberChange.Left> leftSlots,
            List<MemberView> joined,
            List<MemberChange.Updated> updated,
            List<MemberId> updatedIds) {
        if (fanout.size() > 0) {
            fanout.sendAll(encoder.change(boardRef, leftSlots, joined, updated, false), null);
        }
        paced.forEach((seat, rest) -> showPart(seat, rest, left, leftSlots, joined, updated, updatedIds));
    }

    private void showPart(
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
        for (ByteBuf frame : encoder.change(boardRef, knownLeft, joined, knownUpdated, true)) {
            fanout.sendTo(seat.client, frame);
        }
    }
}
