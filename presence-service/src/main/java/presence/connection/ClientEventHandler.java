package presence.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.JoinLimit;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.security.BusyException;
import presence.security.EarlyTokenException;
import presence.security.Identity;
import presence.security.LimitKind;
import presence.security.Right;
import presence.security.UnauthorizedException;
import presence.watch.BoardWatch;
import presence.watch.WatchFeed;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;
import presence.wire.WireEncoder;

/** Executes a client's frames, within its rights and limits. The channel's event loop only. */
final class ClientEventHandler implements ClientEvent.Handler {
    private static final Logger log = LoggerFactory.getLogger(ClientEventHandler.class);

    private static final long CLOCK_CHECK_MS = 5_000;

    private static final long BUSY_RETRY_MS = 1_000;
    private static final long FULL_RETRY_MS = 5_000;

    private final ClientConnection connection;
    private final Seats seats;
    private final Authorization authorization;
    private final ConnectionManager boards;
    private final JoinLimit joins;
    private final ConnectionSettings settings;
    private final ConnectionMetrics metrics;
    private final WireEncoder encoder;
    private final EventRates rates;
    private final WatchFeed watches;
    /** Null until the client watches boards. */
    private @Nullable BoardWatch watch;

    ClientEventHandler(
            ClientConnection connection,
            Seats seats,
            Authorization authorization,
            ConnectionManager boards,
            JoinLimit joins,
            ConnectionSettings settings,
            ConnectionMetrics metrics,
            WireEncoder encoder,
            WatchFeed watches) {
        this.connection = connection;
        this.seats = seats;
        this.authorization = authorization;
        this.boards = boards;
        this.joins = joins;
        this.settings = settings;
        this.metrics = metrics;
        this.encoder = encoder;
        this.watches = watches;
        this.rates = new EventRates(settings.rates());
    }

    void read(ClientEvent event) {
        if (connection.isClosing()) {
            return;
        }
        if (!authorization.isKnown() && !(event instanceof ClientEvent.Auth)) {
            unauthorized("a token is needed first");
            return;
        }
        event.deliverTo(this);
    }

    @Override
    public void onAuth(ClientEvent.Auth auth) {
        long wait = rates.takeToken(connection.readMs());
        if (wait > 0) {
            String message = "more than " + EventRates.TOKENS_PER_SECOND + " token a second";
            connection.refuse(LimitKind.TOKENS, message, wait, auth.requestId(), 0);
            return;
        }
        signIn(auth.token());
    }

    void signIn(String token) {
        connection.await(authorization.check(token), this::onChecked);
    }

    private void onChecked(@Nullable Identity verified, @Nullable Throwable failure) {
        if (failure instanceof BusyException) {
            connection.end(
                    CloseReason.RATE_LIMITED, LimitKind.TOKENS, "too many tokens are being checked", BUSY_RETRY_MS);
        } else if (failure instanceof EarlyTokenException early) {
            connection.tooEarly(early.retryAfterMs(), authorization.isKnown());
        } else if (verified == null) {
            String why = failure instanceof UnauthorizedException ? failure.getMessage() : null;
            if (why == null) {
                log.warn("cannot check a token", failure);
            }
            unauthorized(why == null ? "the token cannot be checked" : why);
        } else if (!authorization.take(verified)) {
            unauthorized("the token is for another user than the one before");
        } else if (!seats.copy().stream().allMatch(authorization::mayBeOn)) {
            connection.close(CloseReason.FORBIDDEN, "the new token does not allow a board that this client is on");
        } else {
            if (watch != null) {
                watch.review(this::mayWatch);
            }
            // The token may expire before the connection's next check.
            connection.checkSoon();
        }
    }

    /**
     * How long until the client's token may have expired, in milliseconds; {@link Long#MAX_VALUE} = never. At most
     * {@value #CLOCK_CHECK_MS}: the clock that tokens name may be set.
     */
    long expiryCheckMs() {
        long expires = authorization.expiresAtMs();
        return expires == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, Math.min(CLOCK_CHECK_MS, expires - System.currentTimeMillis()));
    }

    /** Gives up the memory of limits that the client does not come near. */
    void dropEarnedRates(long nowMs) {
        rates.dropEarned(nowMs);
    }

    /** Whether the client's token has expired, which ends the connection. */
    boolean endIfExpired() {
        boolean expired = authorization.hasExpired(System.currentTimeMillis());
        if (expired) {
            unauthorized("the token has expired");
        }
        return expired;
    }

    private void unauthorized(String why) {
        connection.refuse(ErrorCode.UNAUTHORIZED, why, ClientEvent.NO_REQUEST_ID, 0);
        connection.close(CloseReason.UNAUTHORIZED, why);
    }

    @Override
    public void onCursor(ClientEvent.Cursor cursor) {
        Seat seat = sendingSeat(cursor.boardRef(), cursor.requestId());
        if (seat != null) {
            seat.move(cursor, connection.readMs());
        }
    }

    @Override
    public void onJoin(ClientEvent.Join join) {
        Seat present = seats.on(join.board());
        if (present != null && present.isObserver() == join.observer()) {
            connection.refuse(
                    ErrorCode.ALREADY_JOINED, "already on board " + join.board(), join.requestId(), present.boardRef());
        } else if (present != null && present.fallback() != null && present.exchanged() != null) {
            // The board has not decided yet on the change before.
            connection.await(present.exchanged(), (done, failure) -> onJoin(join));
        } else if (present == null
                && seats.size() >= settings.welcome().limits().maxBoards()) {
            connection.refuse(
                    ErrorCode.TOO_MANY_BOARDS,
                    "already on " + seats.size() + " boards, the limit",
                    join.requestId(),
                    0);
        } else if (!authorization.may(join.observer() ? Right.OBSERVE : Right.JOIN, join.board())) {
            String what = join.observer() ? "observe" : "join";
            connection.refuse(
                    ErrorCode.FORBIDDEN, "the token does not allow to " + what + " this board", join.requestId(), 0);
        } else if (!takesJoin(join) || !takesBytes(join.bytes(), join.requestId(), 0)) {
            return;
        } else if (mayResume(join)) {
            // Counted as a join only if its key is unknown: a client must be able to resume in time.
            enter(join, this::countUnknownKey);
        } else if (authorization.identity().userId().isEmpty()) {
            // Not counted: without a token a client could use up the joins of any user id.
            enter(join, null);
        } else {
            connection.await(
                    joins.take(authorization.identity().userId()), (allowance, failure) -> onCounted(join, allowance));
        }
    }

    private static boolean mayResume(ClientEvent.Join join) {
        return !join.observer() && join.resumeKey().length > 0;
    }

    private boolean takesJoin(ClientEvent.Join join) {
        boolean resume = mayResume(join);
        long wait = resume ? rates.takeResume(connection.readMs()) : rates.takeJoin(connection.readMs());
        if (wait > 0) {
            String what = resume
                    ? settings.rates().resumes() + " joins with a resume key"
                    : settings.rates().joins() + " joins";
            connection.refuse(
                    resume ? LimitKind.RESUMES : LimitKind.JOINS,
                    "more than " + what + " a second",
                    resume ? wait : 1_000,
                    join.requestId(),
                    0);
        }
        return wait == 0;
    }

    /** Counts a join whose resume key matches no member. Any thread. */
    private CompletionStage<JoinLimit.Allowance> countUnknownKey() {
        CompletableFuture<JoinLimit.Allowance> counted = new CompletableFuture<>();
        connection.eventLoop().execute(() -> {
            long wait = rates.takeJoin(connection.readMs());
            String user = authorization.identity().userId();
            CompletionStage<JoinLimit.Allowance> allowance = wait > 0 || user.isEmpty()
                    ? CompletableFuture.completedFuture(new JoinLimit.Allowance(0, wait))
                    : joins.take(user);
            allowance.whenComplete((answer, failure) -> {
                if (answer != null && !answer.isAllowed()) {
                    metrics.limited().increment(LimitKind.JOINS);
                }
                counted.complete(answer == null ? JoinLimit.Allowance.UNCOUNTED : answer);
            });
        });
        return counted;
    }

    private void onCounted(ClientEvent.Join join, JoinLimit.@Nullable Allowance allowance) {
        if (allowance == null || allowance.isAllowed()) {
            enter(join, null);
        } else {
            long wait = allowance.retryAfterMs();
            connection.refuse(
                    LimitKind.JOINS,
                    "this user has joined too often: 0 joins remain, the next in " + wait + " ms",
                    wait,
                    join.requestId(),
                    0);
        }
    }

    private void enter(ClientEvent.Join join, @Nullable Supplier<CompletionStage<JoinLimit.Allowance>> unknownKey) {
        Identity identity = authorization.identity();
        Profile requested = join.profile();
        ClientEvent.Join stamped = requested == null
                ? join
                : join.withProfile(identity.stamp(requested).ofPerson());
        Seat present = seats.on(join.board());
        Seat seat = boards.join(stamped, connection, identity.profile(), unknownKey, present);
        if (seat == null) {
            connection.refuse(
                    ErrorCode.NODE_FULL,
                    LimitKind.BOARDS,
                    "this node has reached its limit of boards",
                    FULL_RETRY_MS,
                    join.requestId());
            return;
        }
        if (present == null) {
            seats.add(seat);
        } else {
            seats.replace(present, seat);
        }
    }

    @Override
    public void onLeave(ClientEvent.Leave leave) {
        Seat seat = seat(leave.boardRef(), leave.requestId());
        if (seat != null) {
            seats.giveUp(seat, given -> given.leave(LeaveReason.LEFT));
        }
    }

    @Override
    public void onStatePatch(ClientEvent.StatePatch patch) {
        Seat seat = sendingSeat(patch.boardRef(), patch.requestId());
        if (seat == null) {
            return;
        }
        long wait = rates.takeState(connection.readMs());
        if (wait > 0) {
            String message = "more than " + settings.rates().states() + " state frames a second";
            connection.refuse(LimitKind.STATES, message, wait, patch.requestId(), seat.boardRef());
            return;
        }
        if (!takesBytes(patch.bytes(), patch.requestId(), seat.boardRef())) {
            return;
        }
        Profile requested = patch.profile();
        seat.patch(
                requested == null
                        ? patch
                        : patch.withProfile(
                                authorization.identity().stamp(requested).ofPerson()));
    }

    @Override
    public void onSignal(ClientEvent.Signal signal) {
        Seat seat = sendingSeat(signal.boardRef(), signal.requestId());
        if (seat == null) {
            return;
        }
        if (!authorization.may(Right.SIGNAL, seat.board().id())) {
            String message = "the token does not allow signals on this board";
            connection.refuse(ErrorCode.FORBIDDEN, message, signal.requestId(), seat.boardRef());
            return;
        }
        long wait = rates.takeSignal(connection.readMs());
        if (wait > 0) {
            String message = "more than " + settings.rates().signals() + " signals a second";
            connection.refuse(LimitKind.SIGNALS, message, wait, signal.requestId(), seat.boardRef());
            return;
        }
        if (takesBytes(signal.bytes(), signal.requestId(), seat.boardRef())) {
            seat.signal(signal);
        }
    }

    @Override
    public void onReact(ClientEvent.React react) {
        Seat seat = seat(react.boardRef(), react.requestId());
        if (seat == null) {
            return;
        }
        if (!authorization.may(Right.SIGNAL, seat.board().id())) {
            String message = "the token does not allow reactions on this board: they need the right to signal";
            connection.refuse(ErrorCode.FORBIDDEN, message, react.requestId(), seat.boardRef());
            return;
        }
        long wait = rates.takeReaction(connection.readMs());
        if (wait > 0) {
            String message = "more than " + settings.rates().reactions() + " reactions a second";
            connection.refuse(LimitKind.REACTIONS, message, wait, react.requestId(), seat.boardRef());
            return;
        }
        seat.react(react.type());
    }

    @Override
    public void onLock(ClientEvent.Lock lock) {
        Seat seat = sendingSeat(lock.boardRef(), lock.requestId());
        if (seat == null) {
            return;
        }
        if (!authorization.may(Right.LOCK, seat.board().id())) {
            String message = "the token does not allow locks on this board";
            connection.refuse(ErrorCode.FORBIDDEN, message, lock.requestId(), seat.boardRef());
        } else if (takesLock(lock.requestId(), seat)) {
            seat.lock(lock);
        }
    }

    @Override
    public void onUnlock(ClientEvent.Unlock unlock) {
        Seat seat = sendingSeat(unlock.boardRef(), unlock.requestId());
        if (seat != null && takesLock(unlock.requestId(), seat)) {
            seat.unlock(unlock.name());
        }
    }

    private boolean takesLock(long requestId, Seat seat) {
        long wait = rates.takeLock(connection.readMs());
        if (wait > 0) {
            String message = "more than " + settings.rates().locks() + " lock and unlock frames a second";
            connection.refuse(LimitKind.LOCKS, message, wait, requestId, seat.boardRef());
        }
        return wait == 0;
    }

    @Override
    public void onViewport(ClientEvent.Viewport viewport) {
        Seat seat = seat(viewport.boardRef(), viewport.requestId());
        if (seat == null) {
            return;
        }
        long wait = rates.takeViewport(connection.readMs());
        if (wait > 0) {
            String message = "more than " + EventRates.VIEWPORTS_PER_SECOND + " viewports a second";
            connection.refuse(LimitKind.VIEWPORTS, message, wait, viewport.requestId(), seat.boardRef());
            return;
        }
        seat.show(viewport);
    }

    @Override
    public void onRosterPage(ClientEvent.RosterPage page) {
        Seat seat = seat(page.boardRef(), page.requestId());
        if (seat == null) {
            return;
        }
        if (!seat.isPaged()) {
            String message = "this board was joined without a roster_limit: all its members are told";
            connection.refuse(ErrorCode.ROSTER_PAGE_INVALID, message, page.requestId(), seat.boardRef());
            return;
        }
        long wait = rates.takeRosterPage(connection.readMs());
        if (wait > 0) {
            String message = "more than " + settings.rates().rosterPages() + " roster pages a second";
            connection.refuse(LimitKind.ROSTER_PAGES, message, wait, page.requestId(), seat.boardRef());
            return;
        }
        seat.askForPage(page);
    }

    /** Counts bytes that the other members receive; false, and the frame is refused, if they exceed the limit. */
    private boolean takesBytes(int bytes, long requestId, int boardRef) {
        long wait = rates.takeBytes(bytes, connection.readMs());
        if (wait > 0) {
            String message =
                    "more than " + settings.rates().eventBytes() + " bytes of joins, states and signals a second";
            connection.refuse(LimitKind.EVENT_BYTES, message, wait, requestId, boardRef);
        }
        return wait == 0;
    }

    @Override
    public void onHeartbeat(ClientEvent.Heartbeat heartbeat) {
        connection.write(
                ServerFrameKind.HEARTBEAT_ACK,
                encoder.heartbeatAck(heartbeat.clientTimeMs(), System.currentTimeMillis()));
        connection.flush();
    }

    @Override
    public void onWatch(ClientEvent.Watch request) {
        int most = watches.settings().maxBoards();
        if (request.boards().size() > most) {
            connection.refuse(
                    ErrorCode.TOO_MANY_WATCHED,
                    request.boards().size() + " boards to watch, the limit is " + most,
                    request.requestId(),
                    0);
            return;
        }
        BoardWatch watching = watch == null ? watches.newWatch(connection) : watch;
        watch = watching;
        long wait = watching.take(connection.readMs());
        if (wait > 0) {
            String message = "more than " + watches.settings().watchesPerSecond() + " watch frames a second";
            connection.refuse(LimitKind.WATCHES, message, wait, request.requestId(), 0);
            return;
        }
        if (!watching.watch(request.boards(), request.avatars(), this::mayWatch)) {
            metrics.limited().increment(LimitKind.WATCHED_BOARDS);
        }
    }

    private boolean mayWatch(BoardId board) {
        return authorization.may(Right.WATCH, board);
    }

    /** Gives up what the client watches, if anything. */
    void stopWatching() {
        if (watch != null) {
            watch.close();
        }
    }

    private @Nullable Seat seat(int boardRef, long requestId) {
        Seat seat = seats.withRef(boardRef);
        if (seat == null) {
            connection.refuse(
                    ErrorCode.NOT_JOINED,
                    boardRef == 0 ? "join a board first" : "not on board ref " + Integer.toUnsignedString(boardRef),
                    requestId,
                    0);
        }
        return seat;
    }

    private @Nullable Seat sendingSeat(int boardRef, long requestId) {
        Seat seat = seat(boardRef, requestId);
        if (seat != null && seat.isObserver()) {
            connection.refuse(ErrorCode.OBSERVER, "observers send nothing to a board", requestId, seat.boardRef());
            return null;
        }
        return seat;
    }
}
