package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.wire.ClientEvent;
import presence.wire.WireEncoder;

/** Passing events between members, here and across nodes: at most once, stamped with their sender. Board loop only. */
final class Signals {
    /** No slot: slots begin at 1. */
    private static final int OPERATOR = 0;

    private final int boardRef;
    private final WireEncoder encoder;
    private final Origin self;
    private final BoardLink link;
    private final Occupants occupants;
    private final Fanout fanout;
    private final LocalMembers members;
    private final Audience audience;

    Signals(
            int boardRef,
            WireEncoder encoder,
            Origin self,
            BoardLink link,
            Occupants occupants,
            Fanout fanout,
            LocalMembers members,
            Audience audience) {
        this.boardRef = boardRef;
        this.encoder = encoder;
        this.self = self;
        this.link = link;
        this.occupants = occupants;
        this.fanout = fanout;
        this.members = members;
        this.audience = audience;
    }

    /** A local member's signal, to everybody else or to the slots it names. */
    void send(Seat seat, Member sender, ClientEvent.Signal signal) {
        if (signal.to().isEmpty()) {
            toAll(sender.id(), signal.type(), signal.payload(), seat);
            link.signal(sender.id(), signal.type(), signal.payload(), List.of());
            return;
        }
        List<MemberId> elsewhere = new ArrayList<>();
        for (int slot : new LinkedHashSet<>(signal.to())) {
            Occupant to = occupants.at(slot);
            if (to != null && !to.owner.equals(self)) {
                elsewhere.add(to.member.id());
            } else if (to != null && !to.member.id().equals(sender.id())) {
                toOne(to, sender.id(), signal.type(), signal.payload());
            }
        }
        if (!elsewhere.isEmpty()) {
            link.signal(sender.id(), signal.type(), signal.payload(), elsewhere);
        }
    }

    /** A signal from another node, for the local ones among its recipients. */
    void deliver(MemberId from, String type, byte[] payload, List<MemberId> to) {
        if (to.isEmpty()) {
            toAll(from, type, payload, null);
            return;
        }
        for (MemberId recipient : to) {
            Occupant occupant = occupants.get(recipient);
            if (occupant != null && occupant.owner.equals(self)) {
                toOne(occupant, from, type, payload);
            }
        }
    }

    /** An operator's signal, for the local ones among its recipients. */
    void deliverAsOperator(String type, byte[] payload, List<MemberId> to) {
        if (to.isEmpty()) {
            ByteBuf frame = encoder.signal(boardRef, OPERATOR, type, payload);
            audience.paced().forEach(seat -> fanout.sendTo(seat.client, frame.retainedDuplicate()));
            fanout.sendAll(List.of(frame), null);
            return;
        }
        for (MemberId recipient : new LinkedHashSet<>(to)) {
            Seat seat = members.seatOf(recipient);
            if (seat != null && seat.watching) {
                fanout.sendTo(seat.client, encoder.signal(boardRef, OPERATOR, type, payload));
            }
        }
    }

    private void toAll(MemberId sender, String type, byte[] payload, @Nullable Seat except) {
        Occupant from = occupants.get(sender);
        if (from == null) {
            return;
        }
        ByteBuf frame = encoder.signal(boardRef, from.slot, type, payload);
        for (Seat paced : audience.pacedKnowing(sender)) {
            if (paced != except) {
                fanout.sendTo(paced.client, frame.retainedDuplicate());
            }
        }
        fanout.sendAll(List.of(frame), except);
    }

    private void toOne(Occupant to, MemberId sender, String type, byte[] payload) {
        Occupant from = occupants.get(sender);
        Seat seat = members.seatOf(to.member.id());
        if (from != null && seat != null && audience.knows(seat, sender)) {
            fanout.sendTo(seat.client, encoder.signal(boardRef, from.slot, type, payload));
        }
    }
}
