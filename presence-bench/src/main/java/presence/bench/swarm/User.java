package presence.bench.swarm;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.bench.client.ClientFrames;
import presence.bench.client.FrameInput;
import presence.bench.client.Mover;
import presence.bench.peer.Dialect;
import presence.bench.peer.PeerUser;
import presence.proto.ClientFrame;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Profile;
import presence.proto.ServerFrame;

/** One connection of the swarm: a user on a board who moves, and checks what it is shown. Its event loop only. */
final class User extends ChannelInboundHandlerAdapter implements FrameInput.Handler, PeerUser {
    /** Receives the changes of a user's state. Called on the user's event loop. */
    interface Listener {
        /** The user has joined and has its roster. */
        void joined(User user);

        /** The connection ended unexpectedly. */
        void failed(User user, String why);

        /** The connection ended as requested. */
        void left(User user);
    }

    /** A node that does not answer a close is left without an answer. */
    private static final int LEAVE_SECONDS = 2;

    final int index;
    private final SwarmBoard board;
    private final URI url;
    private final LoopState loop;
    private final Listener listener;
    private final Seat seat;
    private final BoardView view;
    private final Tally tally;
    private final FrameInput input = new FrameInput(this);
    /** Null for the service's own protocol. */
    private final @Nullable Dialect dialect;

    private @Nullable ChannelHandlerContext context;
    private boolean leaving;
    private boolean stalled;
    private long nowNanos;
    private long connectedNanos;
    private int heartbeatMs;
    private boolean sawPosition;
    private boolean shown;

    /** @param dialect null for the service's own protocol */
    User(
            SwarmBoard board,
            int index,
            URI url,
            LoopState loop,
            Listener listener,
            @Nullable Dialect dialect,
            Seat seat) {
        this.board = board;
        this.index = index;
        this.url = url;
        this.loop = loop;
        this.listener = listener;
        this.dialect = dialect;
        this.seat = seat;
        this.view = seat.view();
        this.tally = seat.tally();
    }

    LoopState loop() {
        return loop;
    }

    boolean isOnBoard() {
        return view.isComplete() && !leaving;
    }

    boolean isObserver() {
        return seat.observer();
    }

    boolean isReading() {
        return !stalled;
    }

    int heartbeatMs() {
        return heartbeatMs;
    }

    /** Returns whether it asked for counts and was told others than these. */
    boolean isCountedWrong(int members, int observers) {
        return seat.counts() && view.isCountedWrong(members, observers);
    }

    /** Returns the number of ghosts and missing members in its roster. */
    int rosterErrors() {
        return view.errors();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        connectedNanos = System.nanoTime();
        write(
                dialect == null
                        ? ClientFrames.handshake(active.alloc(), url)
                        : dialect.handshake(active.alloc(), url, board.id));
    }

    @Override
    public void onUpgraded() {
        if (dialect != null) {
            dialect.upgraded(this);
            return;
        }
        send(ClientFrame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setBoard(board.id)
                        .setObserver(seat.observer())
                        .setCounts(seat.counts())
                        .setRosterLimit(seat.rosterLimit())
                        .setProfile(Profile.newBuilder().setUserId(Integer.toString(index)))));
    }

    /** Moves once, if it has joined. */
    void move(long movedNanos) {
        if (isOnBoard()) {
            Mover mover = board.movers[index];
            long number = mover.next(movedNanos);
            int x = mover.xOf(number);
            int y = mover.yOf(number);
            write(dialect == null ? ClientFrames.cursor(current().alloc(), x, y) : dialect.move(this, x, y));
            tally.sent++;
        }
    }

    /** Tells what it shows, from the second time on another window. */
    void showNext() {
        WindowWalk window = seat.window();
        if (window == null || !isOnBoard()) {
            return;
        }
        CroppedView cropped = seat.cropped();
        if (cropped == null && shown) {
            window.step();
        }
        shown = true;
        send(ClientFrame.newBuilder()
                .setViewport(cropped == null ? CroppedView.viewport(window) : cropped.show(System.nanoTime())));
    }

    void heartbeat() {
        if (isOnBoard() && dialect == null) {
            send(ClientFrame.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(System.currentTimeMillis())));
        }
    }

    /** Stops reading, like a client whose machine hangs. */
    void stall() {
        stalled = true;
        if (context != null) {
            context.channel().config().setAutoRead(false);
        }
    }

    void leave() {
        leaving = true;
        if (context == null) {
            return;
        }
        Channel channel = context.channel();
        if (dialect == null && !stalled) {
            // The node ends the connection then. A socket that is closed with unread bytes is reset: what was sent last
            // may never be read.
            send(ClientFrame.newBuilder().setLeave(Leave.getDefaultInstance()));
            write(ClientFrames.close(channel.alloc()));
            channel.eventLoop().schedule(() -> channel.close(), LEAVE_SECONDS, TimeUnit.SECONDS);
        } else {
            channel.eventLoop().execute(channel::close);
        }
    }

    private void send(ClientFrame.Builder message) {
        write(ClientFrames.message(current().alloc(), message.build()));
    }

    private void write(ByteBuf bytes) {
        ChannelHandlerContext open = current();
        open.writeAndFlush(bytes, open.voidPromise());
    }

    private ChannelHandlerContext current() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws InvalidProtocolBufferException {
        nowNanos = System.nanoTime();
        input.read((ByteBuf) message);
    }

    @Override
    public void onRefused(String statusLine) {
        fail(statusLine);
        current().close();
    }

    @Override
    public void onClose(int code) {
        if (!leaving) {
            fail("closed with " + code);
        }
        current().close();
    }

    @Override
    public void onMessage(ByteBuf message, int frameBytes) throws InvalidProtocolBufferException {
        if (dialect != null) {
            readPeer(dialect, message, frameBytes);
            return;
        }
        if (loop.cursors.read(message)) {
            tally.cursorFrames++;
            tally.cursorBytes += frameBytes;
            view.onCursors(loop.cursors, nowNanos);
            return;
        }
        tally.otherFrames++;
        tally.otherBytes += frameBytes;
        ServerFrame frame = ServerFrame.parseFrom(message.nioBuffer());
        boolean before = view.isComplete();
        switch (frame.getFrameCase()) {
            case WELCOME -> heartbeatMs = frame.getWelcome().getHeartbeatIntervalMs();
            case ROSTER -> view.onRoster(frame.getRoster());
            case CHANGE -> view.onChange(frame.getChange());
            case COUNTS -> view.onCounts(frame.getCounts());
            case ERROR -> listener.failed(this, frame.getError().getCode());
            default -> {}
        }
        if (view.isComplete() && !before) {
            tally.joins.recordValue(
                    Math.min((nowNanos - connectedNanos) / 1_000, tally.joins.getHighestTrackableValue()));
            if (seat.window() != null && !seat.observer()) {
                // Members that do not move are somewhere, too.
                move(nowNanos);
            }
            showNext();
            loop.onJoined(this);
            listener.joined(this);
        }
    }

    @Override
    public void onText(ByteBuf message, int frameBytes) {
        if (dialect != null) {
            readPeer(dialect, message, frameBytes);
        }
    }

    private void readPeer(Dialect of, ByteBuf message, int frameBytes) {
        sawPosition = false;
        of.read(this, message);
        if (sawPosition) {
            tally.cursorFrames++;
            tally.cursorBytes += frameBytes;
        } else {
            tally.otherFrames++;
            tally.otherBytes += frameBytes;
        }
    }

    @Override
    public String board() {
        return board.id;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public ByteBufAllocator buffers() {
        return current().alloc();
    }

    @Override
    public void send(ByteBuf frame) {
        write(frame);
    }

    @Override
    public void onBoard() {
        if (!view.isComplete()) {
            view.assumeComplete();
            listener.joined(this);
        }
    }

    @Override
    public void onPosition(int who, int x) {
        sawPosition = true;
        if (who != index) {
            view.onPosition(who, x, nowNanos);
        }
    }

    @Override
    public void onError(String why) {
        fail(why);
        current().close();
    }

    /** Returns the number of other users' moves that have not arrived yet. */
    long missing() {
        return view.missing();
    }

    /** Notes what it still has wrong of what it shows. */
    void failInexact() {
        view.failInexact();
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        input.end();
        if (leaving) {
            listener.left(this);
        } else {
            fail("connection lost");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        if (!leaving) {
            fail(cause.toString());
        }
        failing.close();
    }

    private void fail(String why) {
        leaving = true;
        listener.failed(this, why);
    }
}
