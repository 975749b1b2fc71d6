package presence.bench.swarm;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
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

    final int index;
    private final SwarmBoard board;
    private final URI url;
    private final LoopState loop;
    private final Listener listener;
    private final BoardView view;
    private final FrameInput input = new FrameInput(this);
    /** Null for the service's own protocol. */
    private final @Nullable Dialect dialect;

    private @Nullable ChannelHandlerContext context;
    private boolean leaving;
    private boolean stalled;
    private long nowNanos;
    private int heartbeatMs;
    private boolean sawPosition;

    /**
     * @param dialect null for the service's own protocol
     * @param checks whether it checks every position, or only counts them
     */
    User(
            SwarmBoard board,
            int index,
            URI url,
            LoopState loop,
            Listener listener,
            @Nullable Dialect dialect,
            boolean checks) {
        this.board = board;
        this.index = index;
        this.url = url;
        this.loop = loop;
        this.listener = listener;
        this.dialect = dialect;
        this.view = new BoardView(board, loop.tally, checks);
    }

    LoopState loop() {
        return loop;
    }

    boolean isOnBoard() {
        return view.isComplete() && !leaving;
    }

    boolean isReading() {
        return !stalled;
    }

    int heartbeatMs() {
        return heartbeatMs;
    }

    /** Returns the number of ghosts and missing members in its roster. */
    int rosterErrors() {
        return view.errors();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
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
                        .setProfile(Profile.newBuilder().setUserId(Integer.toString(index)))));
    }

    /** Moves once, if it has joined. */
    void move(long movedNanos) {
        if (isOnBoard()) {
            long number = board.movers[index].next(movedNanos);
            int x = Mover.x(number);
            int y = Mover.y(number);
            write(dialect == null ? ClientFrames.cursor(current().alloc(), x, y) : dialect.move(this, x, y));
            loop.tally.sent++;
        }
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
        if (context != null) {
            if (dialect == null) {
                send(ClientFrame.newBuilder().setLeave(Leave.getDefaultInstance()));
            }
            Channel channel = context.channel();
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
            current().close();
        }
    }

    @Override
    public void onMessage(ByteBuf message, int frameBytes) throws InvalidProtocolBufferException {
        if (dialect != null) {
            readPeer(dialect, message, frameBytes);
            return;
        }
        if (loop.cursors.read(message)) {
            loop.tally.cursorFrames++;
            loop.tally.cursorBytes += frameBytes;
            view.onCursors(loop.cursors, nowNanos);
            return;
        }
        loop.tally.otherFrames++;
        loop.tally.otherBytes += frameBytes;
        ServerFrame frame = ServerFrame.parseFrom(message.nioBuffer());
        boolean before = view.isComplete();
        switch (frame.getFrameCase()) {
            case WELCOME -> heartbeatMs = frame.getWelcome().getHeartbeatIntervalMs();
            case ROSTER -> view.onRoster(frame.getRoster());
            case CHANGE -> view.onChange(frame.getChange());
            case ERROR -> listener.failed(this, frame.getError().getCode());
            default -> {}
        }
        if (view.isComplete() && !before) {
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
            loop.tally.cursorFrames++;
            loop.tally.cursorBytes += frameBytes;
        } else {
            loop.tally.otherFrames++;
            loop.tally.otherBytes += frameBytes;
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
