package presence.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.BoardMember;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.model.BoardId;
import presence.model.LeaveReason;
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
    private final ConnectionManager boards;
    private final SessionSettings settings;
    private final SessionMetrics metrics;
    private final WireEncoder encoder;
    private final LongSupplier clock;

    /** In the order they were joined: the first is meant by board ref 0. */
    private final List<Seat> seats = new ArrayList<>(1);

    private final Liveness liveness;
    private long closingSinceMs = NOT_CLOSING;

    /**
     * @param encoder of this channel's event loop
     * @param clock monotonic milliseconds
     */
    ClientSession(
            ChannelHandlerContext context,
            ConnectionManager boards,
            SessionSettings settings,
            SessionMetrics metrics,
            WireEncoder encoder,
            LongSupplier clock) {
        this.context = context;
        this.boards = boards;
        this.settings = settings;
        this.metrics = metrics;
        this.encoder = encoder;
        this.clock = clock;
        this.liveness = new Liveness(settings, clock.getAsLong());
    }

    /** Says welcome, or that there is no room. */
    void open() {
        if (metrics.service().connections.incrementAndGet() > settings.maxConnections()) {
            close(CloseReason.FULL, "more than " + settings.maxConnections() + " connections");
            return;
        }
        write(encoder.welcome(settings.welcome(), context.channel().id().asShortText(), System.currentTimeMillis()));
        flush();
    }

    /** Any sign of life. */
    void heard() {
        liveness.heard(clock.getAsLong());
    }

    void onEvent(ClientEvent event) {
        liveness.spoke();
        metrics.service().framesIn.increment();
        event.deliverTo(this);
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
        Seat present = seatOn(join.board());
        if (present != null) {
            refuse(ErrorCode.ALREADY_JOINED, "already on board " + join.board(), join.requestId(), present.boardRef());
        } else if (seats.size() >= settings.welcome().limits().maxBoards()) {
            refuse(ErrorCode.TOO_MANY_BOARDS, "already on " + seats.size() + " boards, the limit", join.requestId(), 0);
        } else {
            seats.add(boards.join(join, this));
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
            seat.patch(patch);
        }
    }

    @Override
    public void onSignal(ClientEvent.Signal signal) {
        Seat seat = sendingSeat(signal.boardRef(), signal.requestId());
        if (seat != null) {
            seat.signal(signal);
        }
    }

    @Override
    public void onHeartbeat(ClientEvent.Heartbeat heartbeat) {
        write(encoder.heartbeatAck(heartbeat.clientTimeMs(), System.currentTimeMillis()));
        flush();
    }

    @Override
    public void onAuth(ClientEvent.Auth auth) {
        // Nobody is asked for a token: a fresh one changes nothing.
    }

    private @Nullable Seat seat(int boardRef, long requestId) {
        for (Seat seat : seats) {
            if (boardRef == 0 || seat.boardRef() == boardRef) {
                return seat;
            }
        }
        refuse(
                ErrorCode.NOT_JOINED,
                boardRef == 0 ? "join a board first" : "not on board ref " + Integer.toUnsignedString(boardRef),
                requestId,
                0);
        return null;
    }

    private @Nullable Seat sendingSeat(int boardRef, long requestId) {
        Seat seat = seat(boardRef, requestId);
        if (seat != null && seat.isObserver()) {
            refuse(ErrorCode.OBSERVER, "observers send nothing to a board", requestId, seat.boardRef());
            return null;
        }
        return seat;
    }

    private @Nullable Seat seatOn(BoardId board) {
        for (Seat seat : seats) {
            if (seat.board().id().equals(board)) {
                return seat;
            }
        }
        return null;
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
        Channel channel = context.channel();
        if (!channel.isWritable() && waitingBytes(channel) + frame.readableBytes() > settings.reliableLaneBytes()) {
            frame.release();
            close(CloseReason.SLOW_CONSUMER, "more than " + settings.reliableLaneBytes() + " bytes wait to be read");
            return;
        }
        context.write(frame, context.voidPromise());
    }

    private static long waitingBytes(Channel channel) {
        return channel.bytesBeforeWritable()
                + channel.config().getWriteBufferWaterMark().low();
    }

    @Override
    public void flush() {
        context.flush();
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
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
        return List.copyOf(seats);
    }

    @Override
    public void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
        boolean held = seats.remove(seat);
        if (why == ErrorCode.REPLACED && (!held || seats.isEmpty())) {
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
        switch (liveness.judge(nowMs)) {
            case FINE -> {}
            // A background tab's timers sleep, but its browser answers pings.
            case PING -> context.writeAndFlush(encoder.ping(), context.voidPromise());
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
                "connection closed connection={} code={} detail={}",
                context.channel().id(),
                reason.code(),
                detail);
        loseSeats();
        context.writeAndFlush(encoder.close(reason.code(), reason.text()), context.voidPromise());
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
            seats.forEach(seat -> seat.leave(LeaveReason.LEFT));
            seats.clear();
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
        seats.forEach(Seat::lose);
        seats.clear();
    }
}
