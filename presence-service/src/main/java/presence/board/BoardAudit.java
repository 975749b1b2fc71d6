package presence.board;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.board.spi.Inconsistency;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Origin;
import presence.roster.Roster;

/**
 * Compares a board's state with itself and with the live connections: the seats that clients hold, the members
 * on these seats, this node's segment, and what the clients were shown. Board loop only.
 */
final class BoardAudit {
    private final BoardId board;
    private final BoardLoop shared;
    private final FlushSchedule flushes;
    private final Consumer<Seat> lose;
    private final Origin self;
    private final Roster roster;
    private final LocalMembers members;
    private final SlotTable slotTable;
    private final BoardSubscribers subscribers;
    private final MemberLifecycle lifecycle;
    private final PendingJoins pendingJoins;

    /** @param lose handles the connection of a seat as lost */
    BoardAudit(
            BoardId board,
            BoardLoop shared,
            FlushSchedule flushes,
            Consumer<Seat> lose,
            Origin self,
            Roster roster,
            LocalMembers members,
            SlotTable slotTable,
            BoardSubscribers subscribers,
            MemberLifecycle lifecycle,
            PendingJoins pendingJoins) {
        this.board = board;
        this.shared = shared;
        this.flushes = flushes;
        this.lose = lose;
        this.self = self;
        this.roster = roster;
        this.members = members;
        this.slotTable = slotTable;
        this.subscribers = subscribers;
        this.lifecycle = lifecycle;
        this.pendingJoins = pendingJoins;
    }

    /** @param held the seats of this board that open connections refer to */
    List<Inconsistency> inspect(Set<Seat> held) {
        List<Inconsistency> flaws = new ArrayList<>(0);
        inspectSeats(held, flaws);
        inspectSegment(flaws);
        inspectShown(flaws);
        return flaws;
    }

    private void inspectSeats(Set<Seat> held, List<Inconsistency> flaws) {
        for (Seat seat : subscribers.seats()) {
            // One that is being replaced leaves with the roster of the next.
            if (!held.contains(seat) && !seat.gone) {
                flaws.add(flaw("a seat without a connection on", seat, 1, 0, () -> lose.accept(seat)));
            }
        }
        for (Seat seat : held) {
            if (!subscribers.seats().contains(seat) && !pendingJoins.contains(seat)) {
                flaws.add(flaw("a connection without its seat on", seat, 0, 1, () -> startOver(seat)));
            }
        }
    }

    private static void startOver(Seat seat) {
        seat.client.eventLoop().execute(() -> seat.client.startOver("its board has no seat for it"));
    }

    private void inspectSegment(List<Inconsistency> flaws) {
        Set<MemberId> written = new HashSet<>();
        roster.segment(self).forEach(member -> written.add(member.id()));
        for (LocalMember member : members.all()) {
            MemberId id = member.id();
            if (!written.remove(id)) {
                flaws.add(flaw("a member that is not listed on", id, 0, 1, () -> members.put(member, member.record)));
            }
            if (member.seat == null && member.leaving == null && !lifecycle.isInGrace(id)) {
                flaws.add(flaw(
                        "a member without a connection or a grace period on",
                        id,
                        1,
                        0,
                        () -> lifecycle.leave(member, LeaveReason.TIMED_OUT)));
            }
        }
        for (MemberId ghost : written) {
            flaws.add(flaw(
                    "a listed member without a local member on",
                    ghost,
                    1,
                    0,
                    () -> roster.remove(self, ghost, LeaveReason.TIMED_OUT)));
        }
    }

    private void inspectShown(List<Inconsistency> flaws) {
        if (roster.isTouched()) {
            // The next flush updates what is shown.
            return;
        }
        for (SlotEntry entry : slotTable.all()) {
            Member shown = entry.member;
            Member listed = roster.member(shown.id());
            if (listed == null) {
                flaws.add(flaw("a shown member that has left", shown.id(), 1, 0, () -> show(shown.id())));
            } else if (!listed.equals(shown)) {
                flaws.add(flaw("a member shown with an outdated record", shown.id(), 0, 1, () -> show(shown.id())));
            }
        }
        for (Member member : roster.members()) {
            if (slotTable.get(member.id()) == null) {
                flaws.add(flaw("a member that is not shown", member.id(), 0, 1, () -> show(member.id())));
            }
        }
    }

    private void show(MemberId id) {
        SlotEntry entry = slotTable.get(id);
        @Nullable Member shown = entry == null ? null : entry.member;
        if (!Objects.equals(shown, roster.member(id))) {
            roster.repeatChange(id, shown);
        }
    }

    private Inconsistency flaw(String what, Object where, int ghosts, int missing, Runnable repair) {
        return new Inconsistency(
                what + " board=" + board,
                where,
                ghosts,
                missing,
                () -> shared.loop.execute(() -> {
                    repair.run();
                    flushes.request();
                }));
    }
}
