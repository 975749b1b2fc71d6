package presence.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.board.BoardClient;
import presence.board.ClientMemory;
import presence.board.ConnectionManager;
import presence.board.Seat;
import presence.board.spi.JoinLimit;
import presence.model.LeaveReason;
import presence.model.Printable;
import presence.security.Authenticator;
import presence.security.ClientAddress;
import presence.security.LimitKind;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;
import presence.wire.WireEncoder;

/**
 * One connection and the seats it holds: does what the client's frames ask for, and carries the
 * boards' frames out. Everything on the channel's event loop.
 */
public final class ClientConnection implements BoardClient, ConnectionSweep.Swept, InboundBudget.Owner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final long NOT_CLOSING = -1;
    private static final long STAYS = -1;
    /** When a client may try again that a full node has no room for: it cannot be known. */
    static final long FULL_RETRY_MS = 5_000;

    private final ChannelHandlerContext context;
    private final BufferQuota quota;
    private final OutboundQueue out;
    private final InboundQueue inbox;
    private final ClientEventHandler requests;
    private final ConnectionSettings settings;
    private final ConnectionMetrics metrics;
    private final WireEncoder encoder;
    private final LongSupplier clock;

    private final Seats seats = new Seats();
    private final HeartbeatMonitor liveness;
    private final InboundBudget inbound;
    private boolean reading;
    private boolean flushDue;
    private long closingSinceMs = NOT_CLOSING;
    private long goneByMs = STAYS;

    /**
     * @param authenticator null: nobody is asked for a token
     * @param joins how often a user may join
     * @param memory of all clients of the node
     * @param encoder of this channel's event loop
     * @param clock monotonic milliseconds
     */
    ClientConnection(
            ChannelHandlerContext context,
            ConnectionManager boards,
            ConnectionSettings settings,
            ConnectionMetrics metrics,
            @Nullable Authenticator authenticator,
            JoinLimit joins,
            ClientMemory memory,
            WireEncoder encoder,
            LongSupplier clock) {
        this.context = context;
        this.quota = new BufferQuota(memory);
        this.out = new OutboundQueue(
                context, settings.reliableLaneBytes(), settings.slowReaderMs(), quota, clock, this::onClear);
        this.requests = new ClientEventHandler(
                this, seats, new Authorization(authenticator), boards, joins, settings, metrics, encoder);
        this.inbox = new InboundQueue(context.channel(), requests::read);
        this.settings = settings;
        this.metrics = metrics;
        this.encoder = encoder;
        this.clock = clock;
        this.liveness = new HeartbeatMonitor(settings, clock.getAsLong());
        this.inbound = new InboundBudget(this, quota, settings.rates(), clock);
    }

    /** Says welcome, or that there is no room. */
    void open(HandshakeResult arrival) {
        LimitKind exceeded = arrival.exceeded();
        if (metrics.service().connections.incrementAndGet() > settings.maxConnections()) {
            end(CloseReason.FULL, LimitKind.CONNECTIONS, "this node has as many connections as it may", FULL_RETRY_MS);
        } else if (exceeded != null) {
            String whose = exceeded == LimitKind.ADDRESS ? "from your address" : "at once";
            end(CloseReason.RATE_LIMITED, exceeded, "too many connections " + whose, arrival.retryAfterMs());
        } else {
            write(
                    ServerFrameKind.WELCOME,
                    encoder.welcome(
                            settings.welcome(), context.channel().id().asShortText(), System.currentTimeMillis()));
            flush();
            if (arrival.token() != null) {
                requests.signIn(arrival.token());
            }
        }
    }

    /** What this client may send. */
    InboundBudget inbound() {
        return inbound;
    }

    /** Bytes arrived: what is answered until {@link #readComplete} leaves together. */
    void onArrived(int bytes) {
        reading = true;
        metrics.service().bytesIn.increment(bytes);
    }

    @Override
    public void stopReading() {
        context.channel().config().setAutoRead(false);
    }

    /** A message, ping or pong is complete: a sign of life. */
    void onHeard() {
        liveness.heard(inbound.arrivedMs());
    }

    /** When what is being read arrived; monotonic milliseconds. */
    long readMs() {
        return inbound.arrivedMs();
    }

    /** All that had come is read: what was answered leaves together. */
    void readComplete() {
        reading = false;
        if (flushDue) {
            flushDue = false;
            out.flush();
        }
    }

    void onEvent(ClientEvent event) {
        liveness.spoke();
        metrics.framesIn().increment(event.kind());
        if (!inbox.add(event)) {
            end(CloseReason.RATE_LIMITED, LimitKind.FRAMES, "too many frames behind one that waits for its answer", 1);
        }
    }

    /** Goes on with what the client says when there is an answer, in whichever way it ends. */
    <T> void await(CompletionStage<T> answer, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        inbox.await(answer, then);
    }

    void refuse(ErrorCode code, String message, long requestId, int boardRef) {
        refuse(code, message, -1, requestId, boardRef);
    }

    private void refuse(ErrorCode code, String message, long retryAfterMs, long requestId, int boardRef) {
        metrics.refused().increment(code);
        write(ServerFrameKind.ERROR, encoder.error(code, message, retryAfterMs, requestId, boardRef));
        flush();
    }

    /** Refuses a frame because there was too much. */
    void refuse(LimitKind limit, String message, long retryAfterMs, long requestId, int boardRef) {
        metrics.limited().increment(limit);
        refuse(ErrorCode.RATE_LIMITED, message, retryAfterMs, requestId, boardRef);
    }

    /** Refuses a frame with a code of its own because there is too much. */
    void refuse(ErrorCode code, LimitKind limit, String message, long retryAfterMs, long requestId) {
        metrics.limited().increment(limit);
        refuse(code, message, retryAfterMs, requestId, 0);
    }

    /** Refuses a token for now; a client that has no other is to come back when it will be accepted. */
    void tooEarly(long retryAfterMs, boolean hasAnother) {
        String message = "the token is not valid yet";
        refuse(ErrorCode.UNAUTHORIZED, message, retryAfterMs, ClientEvent.NO_REQUEST_ID, 0);
        if (!hasAnother) {
            // Not 4401, after which clients do not come back.
            close(CloseReason.RATE_LIMITED, message);
        }
    }

    /** Ends the connection because there was too much. */
    @Override
    public void end(CloseReason reason, LimitKind limit, String message, long retryAfterMs) {
        refuse(limit, message, retryAfterMs, ClientEvent.NO_REQUEST_ID, 0);
        close(reason, message);
    }

    @Override
    public EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        if (isClosing()) {
            frame.release();
            return;
        }
        metrics.framesOut().increment(kind);
        metrics.service().bytesOut.increment(frame.readableBytes());
        if (!out.write(frame)) {
            closeAsSlow();
        }
    }

    private void closeAsSlow() {
        if (quota.isNodeFull()) {
            metrics.limited().increment(LimitKind.BUFFERS);
        }
        close(CloseReason.SLOW_CONSUMER, "what was sent is not read");
        if (quota.isNodeFull()) {
            // Waiting for the answer would keep what waits before the close frame, which is needed elsewhere.
            context.close();
        }
    }

    @Override
    public void offer(ByteBuf frame) {
        if (isClosing()) {
            frame.release();
            return;
        }
        int bytes = frame.readableBytes();
        if (out.offer(frame)) {
            metrics.framesOut().increment(ServerFrameKind.SIGNAL);
            metrics.service().bytesOut.increment(bytes);
        } else {
            metrics.service().signalsDropped.increment();
        }
    }

    /** At once; while this client's messages are being read, behind the last of them unless much waits already. */
    @Override
    public void flush() {
        if (reading && out.isWritable()) {
            flushDue = true;
        } else {
            out.flush();
        }
    }

    @Override
    public boolean isClear() {
        return out.isClear();
    }

    @Override
    public boolean takesCursors() {
        return out.takesCursors();
    }

    @Override
    public int waitMs() {
        return out.waitMs();
    }

    private void onClear() {
        if (!isClosing()) {
            seats.inTurns(Seat::onClear);
        }
    }

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {
        refuse(
                LimitKind.BOARD_SIGNALS,
                "the board has as many bytes of signals as it may",
                retryAfterMs,
                requestId,
                boardRef);
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
        boolean ended = why == ErrorCode.REPLACED || why == ErrorCode.KICKED;
        if (!ended) {
            metrics.refused().increment(why);
        }
        if (ended && !held) {
            // A board it left itself is none of its affair.
            frame.release();
            return;
        }
        // With its only board the connection ends, too, unless it is about to join another.
        boolean endsAll = ended && seats.size() == 0 && !inbox.isWaiting();
        if (endsAll && why == ErrorCode.REPLACED) {
            frame.release();
            close(CloseReason.REPLACED, "another connection came with the member's key");
            return;
        }
        write(ServerFrameKind.ERROR, frame);
        flush();
        if (endsAll) {
            close(CloseReason.KICKED, "removed by an operator");
        }
    }

    @Override
    public void sweep(long nowMs) {
        if (isClosing()) {
            if (nowMs - closingSinceMs > settings.closeWaitMs()) {
                context.close();
            }
            return;
        }
        closeIfOverdue(nowMs);
        out.lookAtLink(nowMs);
        if (!isClosing() && out.isTooSlow(nowMs)) {
            closeAsSlow();
        }
        if (isClosing() || requests.endIfExpired()) {
            return;
        }
        switch (liveness.judge(nowMs)) {
            case FINE -> {}
            // A background tab's timers sleep, but its browser answers pings.
            case PING -> out.writeLast(encoder.ping());
            case NEVER_SPOKE -> close(CloseReason.HEARTBEAT_TIMEOUT, "no frame after the handshake in time");
            case SILENT -> close(CloseReason.HEARTBEAT_TIMEOUT, "silent for too long");
        }
    }

    @Override
    public boolean isClosing() {
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
                // It may repeat what was sent.
                Printable.of(detail));
        loseSeats();
        try {
            out.writeLast(encoder.close(reason.code(), reason.text()));
        } catch (OutOfMemoryError e) {
            // Not even a close frame: the end of the connection has to do.
            context.close();
        }
    }

    /** Asked whether this end lives: answers with what was sent, as a pong must. */
    void onPing(ByteBuf payload) {
        // On the reliable lane like any answer: whoever asks and does not read must not fill the memory.
        write(ServerFrameKind.CONTROL, encoder.pong(payload));
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

    /** This node stops: the client is to come back after a while, elsewhere, and is closed {@code slackMs} later. */
    void sendElsewhere(int reconnectAfterMs, long slackMs) {
        write(ServerFrameKind.GOING_AWAY, encoder.goingAway(reconnectAfterMs, "restart"));
        flush();
        goneByMs = clock.getAsLong() + reconnectAfterMs + slackMs;
        closeIfOverdue(clock.getAsLong());
    }

    private void closeIfOverdue(long nowMs) {
        if (goneByMs != STAYS && nowMs >= goneByMs) {
            close(CloseReason.RESTART, "this node stops");
        }
    }

    /** The channel is gone. */
    void onGone() {
        quota.release();
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
