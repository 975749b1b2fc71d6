package presence.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.BoardMember;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.security.Authenticator;
import presence.security.ClientAddress;
import presence.security.Identity;
import presence.security.Right;
import presence.security.UnauthorizedException;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.WireEncoder;

/**
 * One connection and the seats it holds: does what the client's frames ask for, and carries the
 * boards' frames out. Everything on the channel's event loop.
 */
public final class ClientSession implements BoardMember, ClientEvent.Handler, ConnectionSweep.Swept {
    private static final Logger log = LoggerFactory.getLogger(ClientSession.class);
    private static final long NOT_CLOSING = -1;

    private final ChannelHandlerContext context;
    private final Lane lane;
    private final Inbox inbox;
    private final ConnectionManager boards;
    private final SessionSettings settings;
    private final SessionMetrics metrics;
    private final WireEncoder encoder;
    private final LongSupplier clock;

    private final Seats seats = new Seats();
    private final Access access;
    private final Liveness liveness;
    private long closingSinceMs = NOT_CLOSING;

    /**
     * @param authenticator null: nobody is asked for a token
     * @param encoder of this channel's event loop
     * @param clock monotonic milliseconds
     */
    ClientSession(
            ChannelHandlerContext context,
            ConnectionManager boards,
            SessionSettings settings,
            SessionMetrics metrics,
            @Nullable Authenticator authenticator,
            WireEncoder encoder,
            LongSupplier clock) {
        this.context = context;
        this.lane = new Lane(context, settings.reliableLaneBytes());
        this.inbox = new Inbox(context.channel(), this::read);
        this.boards = boards;
        this.settings = settings;
        this.metrics = metrics;
        this.access = new Access(authenticator);
        this.encoder = encoder;
        this.clock = clock;
        this.liveness = new Liveness(settings, clock.getAsLong());
    }

    /**
     * Says welcome, or that there is no room.
     *
     * @param token that came with the handshake; null if none did: it may come as the first frame
     */
    void open(@Nullable String token) {
        if (metrics.service().connections.incrementAndGet() > settings.maxConnections()) {
            close(CloseReason.FULL, "more than " + settings.maxConnections() + " connections");
            return;
        }
        write(encoder.welcome(settings.welcome(), context.channel().id().asShortText(), System.currentTimeMillis()));
        flush();
        if (token != null) {
            signIn(token);
        }
    }

    /** Any sign of life. */
    void heard() {
        liveness.heard(clock.getAsLong());
    }

    void onEvent(ClientEvent event) {
        liveness.spoke();
        metrics.service().framesIn.increment();
        if (!inbox.add(event)) {
            close(CloseReason.RATE_LIMITED, "too much was sent behind a frame that waits for its answer");
        }
    }

    private void read(ClientEvent event) {
        if (isClosing()) {
            return;
        }
        if (!access.isKnown() && !(event instanceof ClientEvent.Auth)) {
            unauthorized("a token is needed first");
            return;
        }
        event.deliverTo(this);
    }

    @Override
    public void onAuth(ClientEvent.Auth auth) {
        signIn(auth.token());
    }

    private void signIn(String token) {
        inbox.await(access.check(token), this::onAnswer);
    }

    private void onAnswer(@Nullable Identity told, @Nullable Throwable failure) {
        if (told == null) {
            String why = failure instanceof UnauthorizedException ? failure.getMessage() : null;
            if (why == null) {
                log.warn(
                        "checking a token failed connection={}",
                        context.channel().id(),
                        failure);
            }
            unauthorized(why == null ? "the token cannot be checked" : why);
        } else if (!access.take(told)) {
            unauthorized("the token is for another user than the one before");
        } else if (!seats.copy().stream().allMatch(access::mayBeOn)) {
            close(CloseReason.FORBIDDEN, "the new token does not allow a board that this client is on");
        }
    }

    private void unauthorized(String why) {
        write(encoder.error(ErrorCode.UNAUTHORIZED, why, -1, ClientEvent.NO_REQUEST_ID, 0));
        close(CloseReason.UNAUTHORIZED, why);
    }

    @Override
    public void onCursor(ClientEvent.Cursor cursor) {
        metrics.service().cursorsIn.increment();
        Seat seat = sendingSeat(cursor.boardRef(), cursor.requestId());
        if (seat != null) {
            seat.move(cursor, liveness.lastHeardMs());
        }
    }

    @Override
    public void onJoin(ClientEvent.Join join) {
        Seat present = seats.on(join.board());
        if (present != null) {
            refuse(ErrorCode.ALREADY_JOINED, "already on board " + join.board(), join.requestId(), present.boardRef());
        } else if (seats.size() >= settings.welcome().limits().maxBoards()) {
            refuse(ErrorCode.TOO_MANY_BOARDS, "already on " + seats.size() + " boards, the limit", join.requestId(), 0);
        } else if (!access.may(join.observer() ? Right.OBSERVE : Right.JOIN, join.board())) {
            String what = join.observer() ? "observe" : "join";
            refuse(ErrorCode.FORBIDDEN, "the token does not allow to " + what + " this board", join.requestId(), 0);
        } else {
            Profile said = join.profile();
            seats.add(boards.join(
                    said == null ? join : join.withProfile(access.who().stamp(said)),
                    this,
                    access.who().profile()));
        }
    }

    @Override
    public void onLeave(ClientEvent.Leave leave) {
        Seat seat = seat(leave.boardRef(), leave.requestId());
        if (seat != null) {
            seats.remove(seat);
            seat.leave(LeaveReason.LEFT);
        }
    }

    @Override
    public void onStatePatch(ClientEvent.StatePatch patch) {
        Seat seat = sendingSeat(patch.boardRef(), patch.requestId());
        if (seat != null) {
            Profile said = patch.profile();
            seat.patch(said == null ? patch : patch.withProfile(access.who().stamp(said)));
        }
    }

    @Override
    public void onSignal(ClientEvent.Signal signal) {
        Seat seat = sendingSeat(signal.boardRef(), signal.requestId());
        if (seat != null && !access.may(Right.SIGNAL, seat.board().id())) {
            refuse(
                    ErrorCode.FORBIDDEN,
                    "the token does not allow signals on this board",
                    signal.requestId(),
                    seat.boardRef());
        } else if (seat != null) {
            seat.signal(signal);
        }
    }

    @Override
    public void onHeartbeat(ClientEvent.Heartbeat heartbeat) {
        write(encoder.heartbeatAck(heartbeat.clientTimeMs(), System.currentTimeMillis()));
        flush();
    }

    private @Nullable Seat seat(int boardRef, long requestId) {
        Seat seat = seats.withRef(boardRef);
        if (seat == null) {
            refuse(
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
            refuse(ErrorCode.OBSERVER, "observers send nothing to a board", requestId, seat.boardRef());
            return null;
        }
        return seat;
    }

    void refuse(ErrorCode code, String message, long requestId, int boardRef) {
        metrics.refused().increment(code);
        write(encoder.error(code, message, -1, requestId, boardRef));
        flush();
    }

    @Override
    public EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    @Override
    public void write(ByteBuf frame) {
        if (isClosing()) {
            frame.release();
            return;
        }
        if (!lane.write(frame)) {
            close(CloseReason.SLOW_CONSUMER, "more than " + settings.reliableLaneBytes() + " bytes wait to be read");
        }
    }

    @Override
    public void flush() {
        lane.flush();
    }

    @Override
    public boolean isWritable() {
        return lane.isWritable();
    }

    void onWritabilityChanged() {
        if (isWritable()) {
            seats.forEach(Seat::onWritable);
        }
    }

    @Override
    public void startOver(String why) {
        close(CloseReason.INTERNAL, why);
    }

    /** The boards that this connection counts on being on. */
    List<Seat> heldSeats() {
        return seats.copy();
    }

    @Override
    public void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
        boolean held = seats.remove(seat);
        if (why == ErrorCode.REPLACED && (!held || seats.size() == 0)) {
            // With its only board the connection ends, too; a board it left itself is none of its affair.
            frame.release();
            if (held) {
                close(CloseReason.REPLACED, "another connection came with the member's key");
            }
            return;
        }
        write(frame);
        flush();
    }

    @Override
    public void sweep(long nowMs) {
        if (isClosing()) {
            if (nowMs - closingSinceMs > settings.closeWaitMs()) {
                context.close();
            }
            return;
        }
        if (access.hasExpired(System.currentTimeMillis())) {
            unauthorized("the token has expired");
            return;
        }
        switch (liveness.judge(nowMs)) {
            case FINE -> {}
            // A background tab's timers sleep, but its browser answers pings.
            case PING -> lane.writeLast(encoder.ping());
            case NEVER_SPOKE -> close(CloseReason.HEARTBEAT_TIMEOUT, "no frame after the handshake in time");
            case SILENT -> close(CloseReason.HEARTBEAT_TIMEOUT, "silent for too long");
        }
    }

    boolean isClosing() {
        return closingSinceMs != NOT_CLOSING;
    }

    /**
     * Ends the connection: nothing more is written, the client gets the code, and the socket closes when
     * the client has answered or its time is over.
     */
    public void close(CloseReason reason, String detail) {
        if (isClosing()) {
            return;
        }
        closingSinceMs = clock.getAsLong();
        metrics.closed().increment(reason);
        log.debug(
                "connection closed connection={} client={} code={} detail={}",
                context.channel().id(),
                ClientAddress.text(context.channel()),
                reason.code(),
                detail);
        loseSeats();
        lane.writeLast(encoder.close(reason.code(), reason.text()));
    }

    /** Asked whether this end lives: answers with what was sent, as a pong must. */
    void onPing(ByteBuf payload) {
        // On the reliable lane like any answer: whoever asks and does not read must not fill the memory.
        write(encoder.pong(payload));
        flush();
    }

    /** The client closed ({@code code} is -1 if it gave none): answers in kind. A normal close means leave, anything else may be an accident. */
    void onClientClose(int code) {
        if (isClosing()) {
            context.close();
            return;
        }
        closingSinceMs = clock.getAsLong();
        if (code == -1 || code == CloseReason.NORMAL.code()) {
            seats.giveUp(seat -> seat.leave(LeaveReason.LEFT));
            inbox.close();
        } else {
            loseSeats();
        }
        context.writeAndFlush(encoder.close(code, "")).addListener(ChannelFutureListener.CLOSE);
    }

    /** This node stops: come back after {@code reconnectAfterMs}, elsewhere. */
    void sayGoodbye(int reconnectAfterMs) {
        write(encoder.goingAway(reconnectAfterMs, "restart"));
        close(CloseReason.RESTART, "this node stops");
    }

    /** The channel is gone. */
    void onGone() {
        metrics.service().connections.decrementAndGet();
        if (!isClosing()) {
            closingSinceMs = clock.getAsLong();
        }
        loseSeats();
    }

    /** Nobody said goodbye: the members may be resumed. */
    private void loseSeats() {
        inbox.close();
        seats.giveUp(Seat::lose);
    }
}
