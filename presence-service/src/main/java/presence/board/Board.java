package presence.board;

import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.Roster;
import presence.roster.SegmentDelta;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;

/**
 * One whiteboard on this node. Single writer: everything but {@link #execute} runs on the board's
 * event loop, as a task of its own, so nothing here is ever re-entered from a connection's callback.
 */
public final class Board {
    /** Incarnation of the own segment in here; under which one the others know it is the bus's affair. */
    private static final long LOCAL = 0;

    private final BoardId id;
    private final int ref;
    private final BoardLoop shared;
    private final BoardSettings settings;
    private final ConnectionManager manager;
    private final ServiceMetrics metrics;
    private final Origin self;
    private final BoardLink link;

    private final Roster roster = new Roster();
    private final LocalSegment local;
    private final Occupants occupants = new Occupants();
    private final RemoteSlots remoteSlots = new RemoteSlots();
    private final SlotAllocator slots;
    private final Fanout fanout;
    private final CursorTicker ticker;
    private final RosterFlush rosterFlush;
    private final Signals signals;
    private final Set<Seat> arrivals = new LinkedHashSet<>(4);

    private boolean flushScheduled;
    private long lastFlushMs;
    private int watchers;

    /** Connections on this board or on their way to it. Guarded by the manager's registry. */
    int holders;

    /** Until when the board is kept without holders. Guarded by the manager's registry. */
    private long lingerUntilMs;

    Board(
            BoardId id,
            int ref,
            BoardLoop shared,
            BoardSettings settings,
            ConnectionManager manager,
            ClusterBus bus,
            ServiceMetrics metrics) {
        this.id = id;
        this.ref = ref;
        this.shared = shared;
        this.settings = settings;
        this.manager = manager;
        this.metrics = metrics;
        this.self = new Origin(bus.node(), LOCAL);
        this.link = bus.link(id, shared.loop);
        this.local = new LocalSegment(roster, self);
        this.slots = new SlotAllocator(settings.slotRestMs());
        this.fanout = new Fanout(shared.loop, metrics);
        this.ticker = new CursorTicker(shared, occupants, fanout, link, self, ref, settings.tickMs(), metrics);
        this.rosterFlush =
                new RosterFlush(id, ref, shared, self, roster, occupants, remoteSlots, fanout, ticker.dirty, slots);
        this.signals = new Signals(ref, shared.encoder, self, link, occupants, fanout, rosterFlush);
        this.lastFlushMs = shared.clock.getAsLong() - settings.rosterTickMs();
    }

    public BoardId id() {
        return id;
    }

    /** This node's number for the board; the same for all its clients. */
    public int ref() {
        return ref;
    }

    /** Any thread: runs a task on the board's loop, after all handed over before. */
    void execute(Runnable task) {
        shared.loop.execute(task);
    }

    /** Any thread. */
    Seat newSeat(BoardMember client, boolean observer) {
        return new Seat(this, client, new CursorSlot(ticker.dirty), observer);
    }

    void start() {
        link.follow(new Feed());
    }

    void close() {
        assert holders == 0;
        link.close();
    }

    /** The last holder is gone: asks the manager to drop the board, unless somebody comes in time. */
    void lingerUntil(long timeMs) {
        lingerUntilMs = timeMs;
        long wait = timeMs - shared.clock.getAsLong();
        // Always a task of its own: the leave that got us here is still to be flushed.
        shared.loop.schedule(
                () -> manager.dropIfIdle(this), Math.max(wait, settings.rosterTickMs()), TimeUnit.MILLISECONDS);
    }

    boolean lingersAt(long nowMs) {
        return nowMs < lingerUntilMs;
    }

    void join(Seat seat, ClientEvent.Join request) {
        if (seat.gone) {
            return;
        }
        if (Math.max(roster.size(), watchers) >= settings.maxMembers()) {
            refuse(seat, request);
            return;
        }
        watchers++;
        metrics.joins.increment();
        if (!seat.isObserver()) {
            Member member = new Member(
                    MemberId.random(),
                    slots.allocate(shared.clock.getAsLong()),
                    request.profile(),
                    request.status(),
                    PresenceState.of(request.state()),
                    1,
                    System.currentTimeMillis());
            seat.member = member;
            rosterFlush.seats.put(member.id(), seat);
            local.put(member);
            metrics.localMembers.incrementAndGet();
        }
        arrivals.add(seat);
        scheduleFlush();
    }

    private void refuse(Seat seat, ClientEvent.Join request) {
        seat.gone = true;
        ByteBuf error = shared.encoder.error(
                ErrorCode.BOARD_FULL,
                "board has " + settings.maxMembers() + " members, the limit",
                5_000,
                request.requestId(),
                ref);
        fanout.run(seat.client.eventLoop(), () -> seat.client.onSeatLost(seat, error));
        manager.release(this);
    }

    void leave(Seat seat, LeaveReason reason) {
        if (seat.gone) {
            return;
        }
        seat.gone = true;
        watchers--;
        metrics.leaves.increment();
        arrivals.remove(seat);
        rosterFlush.forget(seat);
        Member member = seat.member;
        if (member != null) {
            rosterFlush.seats.remove(member.id());
            if (occupants.get(member.id()) == null) {
                // Left before anybody was told: nobody else will give the slot back.
                slots.free(member.ownerSlot(), shared.clock.getAsLong());
            }
            local.remove(member.id(), reason);
            metrics.localMembers.decrementAndGet();
            scheduleFlush();
        }
        manager.release(this);
    }

    void patch(Seat seat, ClientEvent.StatePatch patch) {
        Member member = seat.member;
        if (seat.gone || member == null) {
            return;
        }
        PresenceState state = member.state().patched(patch.set(), patch.unset());
        String problem = settings.limits().problemWithState(state);
        if (problem != null) {
            fanout.sendTo(
                    seat.client, shared.encoder.error(ErrorCode.STATE_TOO_LARGE, problem, -1, patch.requestId(), ref));
            return;
        }
        Profile profile = patch.profile() == null ? member.profile() : patch.profile();
        Status status = patch.status() == null ? member.status() : patch.status();
        if (profile.equals(member.profile()) && status == member.status() && state.equals(member.state())) {
            return;
        }
        Member changed = member.withPatch(profile, status, state);
        seat.member = changed;
        local.put(changed);
        scheduleFlush();
    }

    void signal(Seat seat, ClientEvent.Signal signal) {
        Member sender = seat.member;
        if (!seat.gone && sender != null) {
            showFirst(sender);
            signals.send(seat, sender, signal);
        }
    }

    private void onRemoteSignal(MemberId from, String type, byte[] payload, List<MemberId> to) {
        Member sender = roster.member(from);
        if (sender != null) {
            showFirst(sender);
            signals.deliver(from, type, payload, to);
        }
    }

    /** Nobody may hear of a slot before its joined. */
    private void showFirst(Member member) {
        if (occupants.get(member.id()) == null) {
            flush();
        }
    }

    void catchUp(Seat seat, long sinceTick) {
        if (!seat.gone) {
            ticker.catchUp(seat, sinceTick);
        }
    }

    void nextPart(Seat seat) {
        rosterFlush.nextPart(seat, ticker);
    }

    private void scheduleFlush() {
        if (flushScheduled) {
            return;
        }
        flushScheduled = true;
        long wait = lastFlushMs + settings.rosterTickMs() - shared.clock.getAsLong();
        if (wait <= 0) {
            shared.loop.execute(this::flush);
        } else {
            shared.loop.schedule(this::flush, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void flush() {
        flushScheduled = false;
        lastFlushMs = shared.clock.getAsLong();
        rosterFlush.showChanges();
        arrivals.forEach(rosterFlush::greet);
        arrivals.clear();
        if (local.isChanged()) {
            link.publish(local.take());
        }
    }

    /** What the other nodes say, on this board's loop. */
    private final class Feed implements BoardFeed {
        @Override
        public Roster.Verdict onDelta(Origin owner, long prev, long seq, SegmentDelta delta) {
            Roster.Verdict verdict = roster.apply(owner, prev, seq, delta);
            flushIfTouched();
            return verdict;
        }

        @Override
        public void onSegment(Origin owner, long seq, Collection<Member> members) {
            roster.replace(owner, seq, members);
            flushIfTouched();
        }

        @Override
        public Set<Origin> owners() {
            Set<Origin> others = new HashSet<>(roster.origins());
            others.remove(self);
            return others;
        }

        @Override
        public void onOwnerGone(Origin owner, LeaveReason reason) {
            roster.drop(owner, reason);
            remoteSlots.forget(owner);
            flushIfTouched();
        }

        @Override
        public void onNodeGone(NodeId node) {
            for (Origin known : owners()) {
                if (known.node().equals(node)) {
                    onOwnerGone(known, LeaveReason.NODE_LOST);
                }
            }
        }

        private void flushIfTouched() {
            if (roster.isTouched()) {
                scheduleFlush();
            }
        }

        @Override
        public void onCursors(Origin owner, long tick, CursorColumns moved) {
            remoteSlots.move(owner, tick, moved, shared.clock.getAsLong());
        }

        @Override
        public void onSignal(MemberId from, String type, byte[] payload, List<MemberId> to) {
            onRemoteSignal(from, type, payload, to);
        }

        @Override
        public void onHello() {
            ticker.publishAll();
        }

        @Override
        public long knownSeq(Origin owner) {
            return roster.seq(owner);
        }

        @Override
        public Collection<Member> knownMembers(Origin owner) {
            return roster.segment(owner);
        }

        @Override
        public Collection<Member> localMembers() {
            return roster.segment(self);
        }
    }
}
