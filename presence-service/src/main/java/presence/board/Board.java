package presence.board;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.BoardLink;
import presence.board.spi.ClusterBus;
import presence.board.spi.Inconsistency;
import presence.board.spi.JoinLimit;
import presence.metrics.ServiceMetrics;
import presence.model.BoardCounts;
import presence.model.BoardId;
import presence.model.BoardSize;
import presence.model.BoardSummary;
import presence.model.Kick;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NewKey;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.RateLimit;
import presence.model.Status;
import presence.roster.Roster;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/**
 * One whiteboard on this node. It has a single writer: everything but {@link #execute} runs on the board's event loop
 * as a task of its own, so no method is re-entered from a connection's callback.
 */
public final class Board implements Seat.Host, BoardLifetime {
    /** Counts the holders of all boards and drops boards without holders. Board loop only. */
    interface Registry {
        void hold(Board board);

        void release(Board board);

        void dropIfIdle(Board board);
    }

    /**
     * Incarnation of this node's own segment inside the board; the incarnation that other nodes see is known to the
     * bus.
     */
    private static final long LOCAL = 0;

    private static final long FULL_RETRY_MS = 5_000;
    private static final byte[] NO_KEY = {};

    private final BoardId id;
    private final int ref;
    private final BoardLoop shared;
    private final BoardSettings settings;
    private final Registry registry;
    private final Bans bans;
    private final ServiceMetrics metrics;
    private final BoardLink link;

    final Roster roster = new Roster();
    final LocalMembers members;
    final SlotTable slotTable = new SlotTable();
    private final Fanout fanout;
    private final RosterPages pages;
    private final CursorTicker ticker;
    private final CountsFeed counts;
    private final ObserverCounts observers;
    private final ReactionFeed reactions;
    private final BoardLocks locks;
    private final BoardSubscribers subscribers;
    private final MemberLifecycle lifecycle;
    private final PendingJoins pendingJoins;
    final FlushSchedule flushes;
    private final RosterFlush rosterFlush;
    private final Signals signals;
    private final RemoteUpdates remoteUpdates;
    private final BoardAudit audit;

    private final LocalUsers users;
    private final RateLimit signalBytes;

    /** Members and observers that are on this board or joining it. Guarded by the manager's registry. */
    int holders;

    /** Members that were shown at the last flush. Written on the board's loop, read on any thread. */
    private volatile int shown;

    Board(
            BoardId id,
            int ref,
            BoardLoop shared,
            BoardSettings settings,
            Registry registry,
            Bans bans,
            LocalUsers users,
            ClusterBus bus,
            ServiceMetrics metrics) {
        this.id = id;
        this.ref = ref;
        this.shared = shared;
        this.settings = settings;
        this.registry = registry;
        this.bans = bans;
        this.metrics = metrics;
        Origin self = new Origin(bus.node(), LOCAL);
        RemoteSlots remoteSlots = new RemoteSlots();
        SlotAllocator slotAllocator = new SlotAllocator(settings.slotRestMs());
        this.link = bus.link(id, shared.loop);
        this.members = new LocalMembers(roster, self, id, users);
        this.fanout = new Fanout(shared, metrics, ObserverTicker.isApart(settings.observerTickMs(), shared.tickPolicy));
        PagedReaders paged = new PagedReaders(ref, shared, slotTable, fanout, metrics, this::holdBack);
        this.pages = new RosterPages(ref, shared, slotTable, fanout, paged, metrics, this::holdBack);
        this.ticker = new CursorTicker(
                shared,
                slotTable,
                fanout,
                paged,
                link,
                self,
                ref,
                settings.observerTickMs(),
                settings.viewportThreshold(),
                metrics,
                this::watchingSeat,
                this::sendPace);
        CursorBindings cursors = new CursorBindings(self, shared, remoteSlots, ticker.dirty);
        this.counts = new CountsFeed(ref, shared, fanout, this::countNow);
        this.observers = new ObserverCounts(link, counts::onChange);
        this.reactions = new ReactionFeed(ref, shared, fanout, link, metrics);
        this.locks = new BoardLocks(ref, shared, self, link, fanout, members, settings, metrics);
        this.subscribers = new BoardSubscribers(
                id, ref, shared, slotTable, members, fanout, paged, pages, ticker, counts, reactions, locks);
        this.flushes = new FlushSchedule(shared, settings.rosterTickMs(), this::flush);
        this.rosterFlush =
                new RosterFlush(shared, self, roster, members, slotTable, cursors, subscribers, slotAllocator, link);
        this.lifecycle = new MemberLifecycle(
                this,
                flushes,
                rosterFlush,
                shared,
                settings.graceMs(),
                metrics,
                self,
                roster,
                members,
                slotTable,
                cursors,
                slotAllocator,
                subscribers,
                observers,
                locks);
        this.pendingJoins = new PendingJoins(shared);
        this.signals = new Signals(
                ref, shared, self, link, slotTable, fanout, paged, roster, rosterFlush, members, subscribers, metrics);
        this.remoteUpdates = new RemoteUpdates(
                flushes,
                signals,
                shared,
                self,
                roster,
                members,
                remoteSlots,
                ticker,
                lifecycle,
                pendingJoins,
                observers,
                reactions);
        this.audit = new BoardAudit(
                id,
                shared,
                flushes,
                this::lose,
                self,
                roster,
                members,
                slotTable,
                subscribers,
                lifecycle,
                pendingJoins);
        this.users = users;
        this.signalBytes = new RateLimit(settings.signalBytesPerSecond());
    }

    @Override
    public BoardId id() {
        return id;
    }

    @Override
    public int ref() {
        return ref;
    }

    @Override
    public void execute(Runnable task) {
        shared.loop.execute(task);
    }

    /** Any thread: the board's size at its last flush. */
    BoardSize size() {
        return new BoardSize(id, shown);
    }

    /** Any thread. */
    Seat newSeat(
            BoardClient client,
            ClientEvent.Join request,
            Profile granted,
            @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey,
            @Nullable Seat former) {
        return new Seat(
                this,
                client,
                new CursorSlot(ticker.dirty),
                request.observer(),
                request.counts(),
                request.reactions(),
                request.rosterLimit(),
                request.locks(),
                granted,
                unknownKey,
                former);
    }

    void start() {
        link.follow(remoteUpdates);
    }

    void close() {
        assert holders == 0;
        pendingJoins.close();
        locks.close();
        link.close();
    }

    @Override
    public void hold() {
        registry.hold(this);
    }

    @Override
    public void release() {
        registry.release(this);
    }

    /** Any thread: asks the manager to drop the board unless it has a holder by then. */
    void dropIfIdle() {
        execute(() -> registry.dropIfIdle(this));
    }

    /** Does the same for a board whose last leave may still have to be flushed. */
    void dropAfterFlush() {
        shared.loop.schedule(() -> registry.dropIfIdle(this), settings.rosterTickMs(), TimeUnit.MILLISECONDS);
    }

    void join(Seat seat, ClientEvent.Join request) {
        if (!seat.gone && !pendingJoins.add(seat, () -> enter(seat, request))) {
            enter(seat, request);
        }
    }

    private void enter(Seat seat, ClientEvent.Join request) {
        if (seat.former != null && seat.former.gone) {
            // It ended or was refused meanwhile: this is a join like any other.
            seat.former = null;
        }
        long bannedMs = bans.remainingMs(userOf(seat, request), id);
        if (bannedMs > 0) {
            refuse(seat, request, ErrorCode.FORBIDDEN, "banned from this board by an operator", bannedMs);
            return;
        }
        byte[] key = seat.isObserver() ? NO_KEY : request.resumeKey();
        byte[] derived = seat.isObserver() ? NO_KEY : NewKey.derive(request.newKey(), id, seat.granted.userId());
        Member known = lifecycle.find(seat, key);
        if (known == null) {
            // The same join may have been here before and was cut off before its roster.
            key = derived;
            known = lifecycle.find(seat, key);
        }
        if (known != null) {
            lifecycle.resume(seat, request, known, key);
        } else if (isFullFor(seat)) {
            refuse(
                    seat,
                    request,
                    ErrorCode.BOARD_FULL,
                    "board has " + settings.maxMembers() + " members, the limit",
                    FULL_RETRY_MS);
            return;
        } else if (hasTooMany(seat)) {
            String message = "this user has reached its limit of members on this board or on this node";
            refuse(seat, request, ErrorCode.TOO_MANY_SESSIONS, message, FULL_RETRY_MS);
            return;
        } else if (seat.hasUncountedKey()) {
            countFirst(seat, request);
            return;
        } else if (seat.isObserver()) {
            lifecycle.observe(seat);
        } else {
            lifecycle.join(seat, request, derived);
            link.joined();
        }
        exchange(seat);
        subscribers.add(seat);
        flushes.request();
    }

    private boolean isFullFor(Seat seat) {
        Seat former = seat.former;
        int others = former == null ? 0 : 1;
        int otherMembers = former == null || former.isObserver() ? 0 : 1;
        return Math.max(roster.size() - otherMembers, subscribers.size() - others) >= settings.maxMembers();
    }

    /** Gives up the role that an admitted seat's client had here before; what it is sent goes on until its roster. */
    private void exchange(Seat seat) {
        Seat former = seat.former;
        if (former != null) {
            former.gone = true;
            if (pendingJoins.remove(former)) {
                // Many frames followed this join, so that it was decided before the one that it replaces.
                release();
            } else if (former.isObserver()) {
                lifecycle.forgetObserver(former);
            } else if (former.member != null) {
                lifecycle.leave(former.member, LeaveReason.LEFT);
            }
            if (!former.watching) {
                subscribers.remove(former);
                seat.former = null;
            }
        }
        fanout.run(seat.client.eventLoop(), seat::endExchange);
    }

    /**
     * Counts a join whose resume key belongs to no member here, which may exceed the join limit, before it is decided.
     */
    private void countFirst(Seat seat, ClientEvent.Join request) {
        pendingJoins.hold(seat);
        seat.countKey()
                .whenComplete((allowance, failure) -> execute(() -> {
                    Queue<Runnable> behind = pendingJoins.release(seat);
                    if (behind == null) {
                        return;
                    }
                    if (allowance == null || allowance.isAllowed()) {
                        enter(seat, request);
                    } else {
                        long wait = allowance.retryAfterMs();
                        String message = "the resume key belongs to no member and the join limit is reached: retry in "
                                + wait + " ms";
                        refuse(seat, request, ErrorCode.RATE_LIMITED, message, wait);
                    }
                    behind.forEach(Runnable::run);
                }));
    }

    /**
     * Applies only to authenticated users: a user id that a client chooses freely could exhaust another user's share.
     */
    private boolean hasTooMany(Seat seat) {
        String user = seat.granted.userId();
        BoardSettings.PerUser most = settings.perUser();
        int others = lifecycle.clientsOf(user) - (seat.former == null ? 0 : 1);
        return !user.isEmpty()
                && (most.boardMembers() > 0 && others >= most.boardMembers()
                        || most.nodeMembers() > 0 && !seat.isObserver() && users.sessions(user) >= most.nodeMembers());
    }

    /** Returns the id of the joining user: the authenticated one, or the one its client names. */
    private static String userOf(Seat seat, ClientEvent.Join request) {
        Profile said = request.profile();
        return seat.granted.userId().isEmpty() && said != null ? said.userId() : seat.granted.userId();
    }

    private void refuse(Seat seat, ClientEvent.Join request, ErrorCode why, String message, long retryAfterMs) {
        seat.gone = true;
        seat.former = null;
        subscribers.sendSeatLost(seat, why, shared.encoder.error(why, message, retryAfterMs, request.requestId(), ref));
        release();
    }

    @Override
    public void leave(Seat seat, LeaveReason reason) {
        LocalMember member = giveBack(seat);
        if (member != null) {
            lifecycle.leave(member, reason);
        }
    }

    @Override
    public void lose(Seat seat) {
        LocalMember member = giveBack(seat);
        if (member != null) {
            lifecycle.lose(member);
        }
    }

    /** Takes back a seat that its client gives up. The caller decides what becomes of the member. */
    private @Nullable LocalMember giveBack(Seat seat) {
        if (seat.gone) {
            return null;
        }
        if (pendingJoins.remove(seat)) {
            seat.gone = true;
            release();
            return null;
        }
        subscribers.remove(seat);
        if (seat.isObserver()) {
            lifecycle.forgetObserver(seat);
        }
        return seat.member;
    }

    @Override
    public void patch(Seat seat, ClientEvent.StatePatch patch) {
        LocalMember member = seat.member;
        if (seat.gone || pendingJoins.defer(seat, () -> patch(seat, patch)) || member == null) {
            return;
        }
        Member before = member.record;
        PresenceState state = before.state().patched(patch.set(), patch.unset());
        String problem = settings.limits().problemWithState(state);
        if (problem != null) {
            fanout.sendTo(
                    seat.client,
                    ServerFrameKind.ERROR,
                    shared.encoder.error(ErrorCode.STATE_TOO_LARGE, problem, -1, patch.requestId(), ref));
            return;
        }
        Profile profile = patch.profile() == null ? before.profile() : patch.profile();
        Status status = patch.status() == null ? before.status() : patch.status();
        if (!profile.equals(before.profile()) || status != before.status() || !state.equals(before.state())) {
            members.put(member, before.withPatch(profile, status, state));
            flushes.request();
        }
    }

    @Override
    public void show(Seat seat, ClientEvent.Viewport shown) {
        if (!seat.gone && !pendingJoins.defer(seat, () -> show(seat, shown))) {
            ticker.show(seat, shown);
        }
    }

    @Override
    public void sendPage(Seat seat, ClientEvent.RosterPage request) {
        if (!seat.gone && !pendingJoins.defer(seat, () -> sendPage(seat, request))) {
            pages.request(seat, request);
        }
    }

    private void holdBack(Seat seat, long sinceTick) {
        subscribers.hold(seat, sinceTick);
    }

    @Override
    public void signal(Seat seat, ClientEvent.Signal signal) {
        LocalMember sender = seat.member;
        if (seat.gone || pendingJoins.defer(seat, () -> signal(seat, signal)) || sender == null) {
            return;
        }
        long wait = signalBytes.take(signal.bytes(), shared.clock.getAsLong());
        if (wait > 0) {
            fanout.run(seat.client.eventLoop(), () -> seat.client.refuseSignal(wait, signal.requestId(), ref));
            return;
        }
        // No signal comes before the state that was set before it.
        lifecycle.announce(sender);
        signals.send(seat, sender.record, signal);
    }

    @Override
    public void lock(Seat seat, ClientEvent.Lock asked) {
        LocalMember member = seat.member;
        if (!seat.gone && !pendingJoins.defer(seat, () -> lock(seat, asked)) && member != null) {
            locks.lock(seat, member, asked);
        }
    }

    @Override
    public void unlock(Seat seat, String name) {
        LocalMember member = seat.member;
        if (!seat.gone && !pendingJoins.defer(seat, () -> unlock(seat, name)) && member != null) {
            locks.unlock(member, name);
        }
    }

    @Override
    public void signal(Seat seat, String type, byte[] payload, List<MemberId> to) {
        if (seat.gone || pendingJoins.defer(seat, () -> signal(seat, type, payload, to))) {
            return;
        }
        List<Integer> slots = to.stream()
                .map(slotTable::get)
                .filter(Objects::nonNull)
                .map(entry -> entry.slot)
                .toList();
        // If none of the named recipients is here, it must not go to all.
        if (to.isEmpty() || !slots.isEmpty()) {
            signal(seat, new ClientEvent.Signal(ClientEvent.NO_REQUEST_ID, ref, type, payload, slots));
        }
    }

    @Override
    public CompletionStage<Optional<Member>> settle(Seat seat) {
        LocalMember before = seat.member;
        if (before != null && before.seat == seat) {
            lifecycle.announce(before);
        }
        rosterFlush.publishChanges();
        return link.stored().thenApply(done -> {
            LocalMember member = seat.member;
            return member != null && member.seat == seat ? Optional.of(member.record) : Optional.empty();
        });
    }

    @Override
    public void react(Seat seat, String type) {
        if (!seat.gone && !pendingJoins.defer(seat, () -> react(seat, type))) {
            reactions.react(type);
        }
    }

    /** Delivers an operator's signal to the named members, or to all if none is named. */
    void onOperatorSignal(String type, byte[] payload, List<MemberId> to) {
        signals.onRemote(null, type, payload, to);
    }

    /** Removes the members and observers that an operator names, if they are on this board. */
    void kick(Kick kick) {
        lifecycle.kick(kick);
        flushes.request();
    }

    private @Nullable Seat watchingSeat(SlotEntry entry) {
        Seat seat = members.seatOf(entry.member.id());
        return seat != null && seat.watching && seat.backlog == null ? seat : null;
    }

    private void sendPace(int hz) {
        subscribers.sendPace(hz);
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect(Set<Seat> held) {
        CompletableFuture<List<Inconsistency>> own = new CompletableFuture<>();
        execute(() -> own.complete(audit.inspect(held)));
        return own.thenCompose(flaws -> link.inspect().thenApply(others -> {
            List<Inconsistency> all = new ArrayList<>(flaws);
            all.addAll(others);
            return all;
        }));
    }

    /** Returns all members; empty until the other nodes' segments have been read. */
    Optional<List<Member>> view() {
        return pendingJoins.isDecided() ? Optional.of(List.copyOf(roster.members())) : Optional.empty();
    }

    /** Returns how many are on this board; empty until the other nodes' segments have been read. */
    Optional<BoardCounts> counts() {
        return pendingJoins.isDecided() ? Optional.of(countNow()) : Optional.empty();
    }

    /** Returns what watching clients are shown; empty until the other nodes' segments have been read. */
    Optional<BoardSummary> summary() {
        return pendingJoins.isDecided() ? Optional.of(BoardSummary.of(countNow(), roster.members())) : Optional.empty();
    }

    private BoardCounts countNow() {
        return new BoardCounts(roster.size(), observers.total(), roster.users());
    }

    @Override
    public void catchUp(Seat seat, long sinceTick, int waitMs) {
        if (seat.gone || seat.backlog != null) {
            fanout.postponePositions(seat);
        } else {
            ticker.catchUp(seat, sinceTick, waitMs);
        }
    }

    @Override
    public void onRosterTaken(Seat seat) {
        LocalMember member = seat.member;
        if (!seat.gone && member != null) {
            lifecycle.announce(member);
        }
    }

    @Override
    public void nextPart(Seat seat) {
        subscribers.nextPart(seat);
    }

    private void flush() {
        rosterFlush.showChanges(settings.changeBytes(), null);
        boolean waiting = subscribers.sendFirstRosters();
        rosterFlush.publishChanges();
        int size = slotTable.size();
        shown = size;
        link.size(size);
        counts.onChange();
        if (roster.isTouched()) {
            metrics.changesDeferred.increment();
        }
        if (waiting || roster.isTouched()) {
            flushes.request();
        }
    }
}
