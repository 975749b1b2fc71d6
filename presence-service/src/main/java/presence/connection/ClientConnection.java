package presence.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
import presence.gather.GatheredSocket;
import presence.gather.GatheringIoHandler;
import presence.model.LeaveReason;
import presence.model.Printable;
import presence.security.Authenticator;
import presence.security.ClientAddress;
import presence.security.LimitKind;
import presence.watch.WatchFeed;
import presence.wire.ClientEvent;
import presence.wire.CloseReason;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;
import presence.wire.WireEncoder;

/**
 * One connection and the seats it holds: executes the client's frames and writes the boards' frames. Everything on the
 * channel's event loop.
 */
public final class ClientConnection extends ConnectionSweep.Swept implements BoardClient, InboundBudget.Owner {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final long NOT_CLOSING = -1;
    private static final long STAYS = -1;
    /** When a client may try again that a full node has no room for: it cannot be known. */
    static final long FULL_RETRY_MS = 5_000;

    private final ChannelHandlerContext context;
    private final BufferQuota quota;
    private final OutboundQueue out;
    private final InboundQueue inboundQueue;
    private final ClientEventHandler requests;
    private final ConnectionSettings settings;
    private final ConnectionMetrics metrics;
    private final WireEncoder encoder;
    private final ConnectionSweep sweep;
    private final LongSupplier clock;

    private final Seats seats = new Seats();
    private final HeartbeatMonitor heartbeats;
    /** Whether a valid message has come. */
    private boolean spoke;

    private final InboundBudget inbound;
    /** Null until it may be gathered, or if the transport does not gather. */
    private @Nullable GatheredSocket socket;

    private boolean reading;
    private boolean flushDue;
    private boolean checkDue;
    private long closingSinceMs = NOT_CLOSING;
    private long goneByMs = STAYS;

    /**
     * @param authenticator null: no authentication
     * @param joins how often a user may join
     * @param memory of all clients of the node
     * @param encoder of this channel's event loop
     * @param watches of this channel's event loop
     * @param sweep of this channel's event loop
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
            WatchFeed watches,
            ConnectionSweep sweep,
            LongSupplier clock) {
        this.context = context;
        this.quota = new BufferQuota(memory);
        this.out = new OutboundQueue(
                context,
                TcpLink.of(context.channel()),
                settings.reliableLaneBytes(),
                settings.slowReaderMs(),
                quota,
                clock,
                this::onClear);
        this.requests = new ClientEventHandler(
                this, seats, new Authorization(authenticator), boards, joins, settings, metrics, encoder, watches);
        this.inboundQueue = new InboundQueue(context.channel(), requests::read);
        this.settings = settings;
        this.metrics = metrics;
        this.encoder = encoder;
        this.sweep = sweep;
        this.clock = clock;
        this.heartbeats = new HeartbeatMonitor(settings, clock.getAsLong());
        this.inbound = new InboundBudget(this, quota, settings.rates(), clock);
    }

    /** Sends welcome, or closes the connection if a limit is exceeded. */
    void open(HandshakeResult handshake) {
        LimitKind exceeded = handshake.exceeded();
        if (metrics.service().connections.incrementAndGet() > settings.maxConnections()) {
            end(
                    CloseReason.FULL,
                    LimitKind.CONNECTIONS,
                    "this node has reached its limit of connections",
                    FULL_RETRY_MS);
        } else if (exceeded != null) {
            String whose = exceeded == LimitKind.ADDRESS ? "from your address" : "at once";
            end(CloseReason.RATE_LIMITED, exceeded, "too many connections " + whose, handshake.retryAfterMs());
        } else {
            write(
                    ServerFrameKind.WELCOME,
                    encoder.welcome(
                            settings.welcome(), context.channel().id().asShortText(), System.currentTimeMillis()));
            flush();
            if (handshake.token() != null) {
                requests.signIn(handshake.token());
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

    /** When what is being read arrived; monotonic milliseconds. */
    long readMs() {
        return inbound.arrivedMs();
    }

    /** Flushes the responses to all messages of one read together. */
    void readComplete() {
        reading = false;
        if (flushDue) {
            flushDue = false;
            flushNow();
        }
    }

    void onEvent(ClientEvent event) {
        spoke = true;
        metrics.framesIn().increment(event.kind());
        if (!inboundQueue.add(event)) {
            end(CloseReason.RATE_LIMITED, LimitKind.FRAMES, "too many frames behind one that waits for its answer", 1);
        }
    }

    /** Pauses the client's events until the result or failure is available. */
    <T> void await(CompletionStage<T> answer, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        inboundQueue.await(answer, then);
    }

    void refuse(ErrorCode code, String message, long requestId, int boardRef) {
        refuse(code, message, -1, requestId, boardRef);
    }

    private void refuse(ErrorCode code, String message, long retryAfterMs, long requestId, int boardRef) {
        metrics.refused().increment(code);
        write(ServerFrameKind.ERROR, encoder.error(code, message, retryAfterMs, requestId, boardRef));
        flush();
    }

    /** Refuses a frame that exceeds a limit. */
    void refuse(LimitKind limit, String message, long retryAfterMs, long requestId, int boardRef) {
        metrics.limited().increment(limit);
        refuse(ErrorCode.RATE_LIMITED, message, retryAfterMs, requestId, boardRef);
    }

    /** Refuses a frame that exceeds a limit, with its own code. */
    void refuse(ErrorCode code, LimitKind limit, String message, long retryAfterMs, long requestId) {
        metrics.limited().increment(limit);
        refuse(code, message, retryAfterMs, requestId, 0);
    }

    /** Refuses a token for now; a client without another one should reconnect when it is valid. */
    void tooEarly(long retryAfterMs, boolean hasAnother) {
        String message = "the token is not valid yet";
        refuse(ErrorCode.UNAUTHORIZED, message, retryAfterMs, ClientEvent.NO_REQUEST_ID, 0);
        if (!hasAnother) {
            // Not 4401, after which clients do not come back.
            close(CloseReason.RATE_LIMITED, message);
        }
    }

    /** Closes the connection because it exceeded a limit. */
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
        close(CloseReason.SLOW_CONSUMER, "sent data is not read");
        if (quota.isNodeFull()) {
            // Waiting for the reply would hold the memory of the frames before the close frame.
            context.close();
        }
    }

    @Override
    public void offer(ServerFrameKind kind, ByteBuf frame) {
        if (isClosing()) {
            frame.release();
            return;
        }
        int bytes = frame.readableBytes();
        if (out.offer(frame)) {
            metrics.framesOut().increment(kind);
            metrics.service().bytesOut.increment(bytes);
        } else if (kind == ServerFrameKind.SIGNAL) {
            metrics.service().signalsDropped.increment();
        } else {
            metrics.service().reactionSumsDropped.increment();
        }
    }

    /** Flushes at once; while this client's messages are being read, after the last of them unless much waits already. */
    @Override
    public void flush() {
        if (reading && out.isWritable()) {
            flushDue = true;
        } else {
            flushNow();
        }
    }

    private void flushNow() {
        out.flush();
        if (!checkDue && out.needsCheck()) {
            checkSoon();
        }
    }

    /** Has the next sweep look at this connection, whose state calls for an earlier check than the one that is due. */
    void checkSoon() {
        checkDue = true;
        sweep.checkSoon(this);
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

    @Override
    public void readsMayWait(long forMs) {
        if (socket == null) {
            socket = GatheringIoHandler.socketOf(context.channel());
        }
        if (socket != null) {
            socket.mayWait(TimeUnit.MILLISECONDS.toNanos(forMs));
        }
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
                "the board has reached its limit of signal bytes",
                retryAfterMs,
                requestId,
                boardRef);
    }

    @Override
    public void startOver(String why) {
        close(CloseReason.INTERNAL, why);
    }

    /** The seats that this connection holds. */
    List<Seat> heldSeats() {
        return seats.copy();
    }

    @Override
    public void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
        Seat instead = seats.end(seat);
        boolean held = instead != null;
        boolean ended = why == ErrorCode.REPLACED || why == ErrorCode.KICKED;
        if (!ended) {
            metrics.refused().increment(why);
        }
        if (ended && !held) {
            // Not sent for a board that the client has left itself.
            frame.release();
            return;
        }
        if (instead != null && instead != seat && ended) {
            // The board has ended for this client, whatever it was about to become there.
            seats.giveUp(instead, pending -> pending.leave(LeaveReason.LEFT));
        }
        // The connection ends with its last board, unless a join is pending.
        boolean endsAll = ended && seats.size() == 0 && !inboundQueue.isWaiting();
        if (endsAll && why == ErrorCode.REPLACED) {
            frame.release();
            close(CloseReason.REPLACED, "another connection used the member's key");
            return;
        }
        write(ServerFrameKind.ERROR, frame);
        flush();
        if (endsAll) {
            close(CloseReason.KICKED, "removed by an operator");
        }
    }

    @Override
    protected long sweep(long nowMs) {
        checkDue = false;
        check(nowMs);
        if (isClosing() || out.needsCheck()) {
            return nowMs;
        }
        long due = heartbeats.dueMs(inbound.heardMs(), spoke);
        if (goneByMs != STAYS) {
            due = Math.min(due, goneByMs);
        }
        long expiryMs = requests.expiryCheckMs();
        return expiryMs == Long.MAX_VALUE ? due : Math.min(due, nowMs + expiryMs);
    }

    private void check(long nowMs) {
        if (isClosing()) {
            if (nowMs - closingSinceMs > settings.closeWaitMs()) {
                context.close();
            }
            return;
        }
        closeIfOverdue(nowMs);
        requests.dropEarnedRates(nowMs);
        out.checkLink(nowMs);
        if (!isClosing() && out.isTooSlow(nowMs)) {
            closeAsSlow();
        }
        if (isClosing() || requests.endIfExpired()) {
            return;
        }
        switch (heartbeats.judge(nowMs, inbound.heardMs(), spoke)) {
            case FINE -> {}
            // Timers of a background tab are throttled, but its browser answers pings.
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
     * the client has replied or the timeout is over.
     */
    public void close(CloseReason reason, String detail) {
        if (isClosing()) {
            return;
        }
        closingSinceMs = clock.getAsLong();
        checkSoon();
        metrics.closed().increment(reason);
        log.debug(
                "connection closed connection={} client={} code={} detail={}",
                context.channel().id(),
                ClientAddress.text(context.channel()),
                reason.code(),
                // It may contain input of the client.
                Printable.of(detail));
        loseSeats();
        try {
            out.writeLast(encoder.close(reason.code(), reason.text()));
        } catch (OutOfMemoryError e) {
            // No memory for a close frame: closes the socket only.
            context.close();
        }
    }

    /** Answers a ping with a pong of the same payload. */
    void onPing(ByteBuf payload) {
        // Bounded like any response: a client that pings and does not read must not fill the memory.
        write(ServerFrameKind.CONTROL, encoder.pong(payload));
        flush();
    }

    /** Replies to the client's close ({@code code} is -1 if it gave none). A normal close is a leave; after any other code the members may be resumed. */
    void onClientClose(int code) {
        if (isClosing()) {
            context.close();
            return;
        }
        closingSinceMs = clock.getAsLong();
        checkSoon();
        if (code == -1 || code == CloseReason.NORMAL.code()) {
            seats.giveUp(seat -> seat.leave(LeaveReason.LEFT));
            inboundQueue.close();
        } else {
            loseSeats();
        }
        context.writeAndFlush(encoder.close(code, "")).addListener(ChannelFutureListener.CLOSE);
    }

    /** Asks the client to reconnect elsewhere after a while, because this node stops; closes it {@code slackMs} later. */
    void sendElsewhere(int reconnectAfterMs, long slackMs) {
        write(ServerFrameKind.GOING_AWAY, encoder.goingAway(reconnectAfterMs, "restart"));
        flush();
        goneByMs = clock.getAsLong() + reconnectAfterMs + slackMs;
        checkSoon();
        closeIfOverdue(clock.getAsLong());
    }

    private void closeIfOverdue(long nowMs) {
        if (goneByMs != STAYS && nowMs >= goneByMs) {
            close(CloseReason.RESTART, "this node stops");
        }
    }

    /** Releases everything when the channel has closed. */
    void onGone() {
        quota.release();
        metrics.service().connections.decrementAndGet();
        if (!isClosing()) {
            closingSinceMs = clock.getAsLong();
        }
        loseSeats();
    }

    /** Gives up the seats without a leave: the members may be resumed. */
    private void loseSeats() {
        inboundQueue.close();
        requests.stopWatching();
        seats.giveUp(Seat::lose);
    }
}
