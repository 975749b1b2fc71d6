package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.metrics.ServiceMetrics;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.roster.Roster;
import presence.wire.ClientEvent;
import presence.wire.WireEncoder;

/**
 * Relays signals between members, on this node and across nodes: at most once, stamped with their sender, and dropped
 * for readers that are behind. Board loop only.
 */
final class Signals {
    /** Sender's slot of an operator's signal: slots of members begin at 1. */
    private static final int OPERATOR = 0;

    private final int boardRef;
    private final BoardLoop shared;
    private final WireEncoder encoder;
    private final Origin self;
    private final BoardLink link;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final Roster roster;
    private final RosterFlush rosterFlush;
    private final LocalMembers members;
    private final BoardSubscribers subscribers;
    private final ServiceMetrics metrics;

    Signals(
            int boardRef,
            BoardLoop shared,
            Origin self,
            BoardLink link,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            Roster roster,
            RosterFlush rosterFlush,
            LocalMembers members,
            BoardSubscribers subscribers,
            ServiceMetrics metrics) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.encoder = shared.encoder;
        this.self = self;
        this.link = link;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.paged = paged;
        this.roster = roster;
        this.rosterFlush = rosterFlush;
        this.members = members;
        this.subscribers = subscribers;
        this.metrics = metrics;
    }

    /**
     * Sends a local member's signal to all others, or to the slots it names. Drops and counts it when memory is short.
     */
    void send(Seat seat, Member sender, ClientEvent.Signal signal) {
        rosterFlush.showFirst(sender);
        dropWithoutMemory(() -> relay(seat, sender, signal));
    }

    /** @param from null: an operator, not a member */
    void onRemote(@Nullable MemberId from, String type, byte[] payload, List<MemberId> to) {
        Member sender = from == null ? null : roster.member(from);
        if (sender != null) {
            rosterFlush.showFirst(sender);
        }
        if (from == null) {
            dropWithoutMemory(() -> deliverAsOperator(type, payload, to));
        } else if (sender != null) {
            dropWithoutMemory(() -> deliver(from, type, payload, to));
        }
    }

    private void dropWithoutMemory(Runnable sending) {
        try {
            sending.run();
        } catch (OutOfMemoryError e) {
            shared.memory.allocationFailed(e);
            metrics.signalsDropped.increment();
        }
    }

    private void relay(Seat seat, Member sender, ClientEvent.Signal signal) {
        link.sent(sender.id(), signal.type(), signal.payload());
        if (signal.to().isEmpty()) {
            toAll(sender.id(), signal.type(), signal.payload(), seat);
            link.signal(sender.id(), signal.type(), signal.payload(), List.of());
            return;
        }
        List<MemberId> elsewhere = new ArrayList<>();
        for (int slot : new LinkedHashSet<>(signal.to())) {
            SlotEntry to = slotTable.at(slot);
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

    /** Delivers another node's signal to its local recipients. */
    void deliver(MemberId from, String type, byte[] payload, List<MemberId> to) {
        if (to.isEmpty()) {
            toAll(from, type, payload, null);
            return;
        }
        for (MemberId recipient : to) {
            SlotEntry entry = slotTable.get(recipient);
            if (entry != null && entry.owner.equals(self)) {
                toOne(entry, from, type, payload);
            }
        }
    }

    /** Delivers an operator's signal to its local recipients. */
    void deliverAsOperator(String type, byte[] payload, List<MemberId> to) {
        if (to.isEmpty()) {
            ByteBuf frame = encoder.signal(boardRef, OPERATOR, type, payload);
            subscribers.behind().forEach(seat -> fanout.offerTo(seat.client, frame.retainedDuplicate()));
            fanout.offerAll(frame, null);
            return;
        }
        for (MemberId recipient : new LinkedHashSet<>(to)) {
            Seat seat = members.seatOf(recipient);
            if (seat != null && seat.watching) {
                fanout.offerTo(seat.client, encoder.signal(boardRef, OPERATOR, type, payload));
            }
        }
    }

    private void toAll(MemberId sender, String type, byte[] payload, @Nullable Seat except) {
        SlotEntry from = slotTable.get(sender);
        if (from == null) {
            return;
        }
        paged.tellSender(from, except);
        ByteBuf frame = encoder.signal(boardRef, from.slot, type, payload);
        for (Seat behind : subscribers.behind()) {
            // The signal would overtake the sender's newest state at a reader that has not received it.
            if (behind != except && subscribers.isCurrent(behind, sender)) {
                fanout.offerTo(behind.client, frame.retainedDuplicate());
            } else if (behind != except) {
                metrics.signalsDropped.increment();
            }
        }
        fanout.offerAll(frame, except);
    }

    private void toOne(SlotEntry to, MemberId sender, String type, byte[] payload) {
        SlotEntry from = slotTable.get(sender);
        Seat seat = members.seatOf(to.member.id());
        if (from == null || seat == null) {
            return;
        }
        paged.tellSender(seat, from);
        if (subscribers.isCurrent(seat, sender)) {
            fanout.offerTo(seat.client, encoder.signal(boardRef, from.slot, type, payload));
        } else {
            metrics.signalsDropped.increment();
        }
    }
}
