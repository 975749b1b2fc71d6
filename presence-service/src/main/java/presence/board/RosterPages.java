package presence.board;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.metrics.ServiceMetrics;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.MemberFrames;
import presence.wire.ServerFrameKind;

/**
 * Answers clients that ask for members that they were not told, each request when the client has taken what was sent
 * before. Pages go by slot, which does not move while members come and go. Board loop only.
 */
final class RosterPages {
    /** The most requests that wait for a reader that is behind. */
    static final int MOST_WAITING = 16;

    private final int boardRef;
    private final BoardLoop shared;
    private final SlotTable slotTable;
    private final Fanout fanout;
    private final PagedReaders paged;
    private final ServiceMetrics metrics;
    private final PagedReaders.Holder holder;

    RosterPages(
            int boardRef,
            BoardLoop shared,
            SlotTable slotTable,
            Fanout fanout,
            PagedReaders paged,
            ServiceMetrics metrics,
            PagedReaders.Holder holder) {
        this.boardRef = boardRef;
        this.shared = shared;
        this.slotTable = slotTable;
        this.fanout = fanout;
        this.paged = paged;
        this.metrics = metrics;
        this.holder = holder;
    }

    /** Answers a client's request, or keeps it until the client has taken what was sent before. */
    void request(Seat seat, ClientEvent.RosterPage request) {
        KnownMembers known = seat.known;
        if (known == null) {
            return;
        }
        if (known.requests.size() >= MOST_WAITING) {
            String message = "more than " + MOST_WAITING + " roster pages wait";
            fanout.sendTo(
                    seat.client,
                    ServerFrameKind.ERROR,
                    shared.encoder.error(ErrorCode.RATE_LIMITED, message, 1_000, request.requestId(), boardRef));
            return;
        }
        known.requests.add(request);
        answer(seat, known);
    }

    /** Continues with a reader that gets frames from now on. */
    void entered(Seat seat) {
        KnownMembers known = seat.known;
        if (known != null) {
            answer(seat, known);
        }
    }

    private void answer(Seat seat, KnownMembers known) {
        if (seat.gone || !fanout.has(seat) || known.requests.isEmpty()) {
            return;
        }
        if (seat.client.isClear()) {
            try {
                send(seat, known, known.requests.element());
            } catch (OutOfMemoryError e) {
                shared.memory.allocationFailed(e);
                shared.loop.schedule(() -> answer(seat, known), Fanout.RETRY_MS, TimeUnit.MILLISECONDS);
                return;
            }
            known.requests.remove();
        }
        if (!known.requests.isEmpty()) {
            holder.hold(seat, PagedReaders.NO_TICK);
        }
    }

    private void send(Seat seat, KnownMembers known, ClientEvent.RosterPage request) {
        int most = request.limit() == 0 ? known.limit : request.limit();
        List<SlotEntry> page = new ArrayList<>();
        int bytes = 0;
        @Nullable SlotEntry next = request.from() < 0 ? null : slotTable.nextWithout(known.slots, request.from());
        while (next != null && page.size() < most && bytes < MemberFrames.CHUNK_BYTES) {
            page.add(next);
            bytes += next.entry().bytes();
            next = slotTable.nextWithout(known.slots, next.slot + 1);
        }
        int following = next == null ? 0 : next.slot;
        MemberFrames.PageEnd end = new MemberFrames.PageEnd(following, slotTable.size(), request.requestId());
        fanout.sendTo(seat.client, ServerFrameKind.CHANGE, paged.joined(page, end));
        page.forEach(entry -> known.slots.add(entry.slot));
        metrics.rosterPages.increment();
        metrics.membersTold.increment(page.size());
    }
}
