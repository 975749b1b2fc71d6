package presence.bench.attack;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import presence.bench.client.ClientFrames;
import presence.bench.client.FrameInput;
import presence.bench.swarm.BoardView;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Profile;

/** One connection of an attack, and the operations it offers. Its event loop only. */
final class AttackConnection extends ChannelInboundHandlerAdapter implements FrameInput.Handler {
    /** Number of writes before other tasks of the loop get a turn. */
    private static final int WRITES_AT_A_TIME = 16;

    private static final int STATUS_END = "HTTP/1.1 400".length();

    /** Number of the attack's connection, from 0; replacements included. */
    final int number;

    private final Attack attack;
    private final AttackTarget target;
    private final AttackTally tally;
    private final Runnable onGone;
    private final List<Future<?>> clocks = new ArrayList<>(1);
    private final FrameInput input = new FrameInput(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable Runnable onUpgrade;
    private @Nullable Chunk poured;
    private boolean answered;
    private boolean ended;

    AttackConnection(int number, Attack attack, AttackTarget target, AttackTally tally, Runnable onGone) {
        this.number = number;
        this.attack = attack;
        this.target = target;
        this.tally = tally;
        this.onGone = onGone;
    }

    private ChannelHandlerContext current() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    /** Completes the WebSocket handshake, then runs this. */
    void shakeHands(Runnable then) {
        onUpgrade = then;
        write(ClientFrames.handshake(current().alloc(), target.url()), 1);
    }

    /** Completes the handshake and joins a board of good users, then runs this. */
    void join(Runnable then) {
        shakeHands(() -> {
            write(joinFrame(), 1);
            then.run();
        });
    }

    ByteBuf joinFrame() {
        return ClientFrames.message(
                current().alloc(),
                ClientFrame.newBuilder()
                        .setJoin(Join.newBuilder()
                                .setBoard(target.board(number))
                                .setProfile(Profile.newBuilder().setUserId(BoardView.STRANGER_ID + number)))
                        .build());
    }

    ByteBuf leaveFrame() {
        return ClientFrames.message(
                current().alloc(),
                ClientFrame.newBuilder().setLeave(Leave.getDefaultInstance()).build());
    }

    /** Takes the bytes over. */
    void write(ByteBuf bytes, int frames) {
        tally.frames += frames;
        tally.bytes += bytes.readableBytes();
        current().writeAndFlush(bytes, current().voidPromise());
    }

    void say(ClientFrame message) {
        write(ClientFrames.message(current().alloc(), message), 1);
    }

    /** Returns the board of good users that this connection is for. */
    String board() {
        return target.board(number);
    }

    /** Writes unless the previous bytes are still queued. */
    void write(Chunk chunk) {
        if (!current().channel().isWritable()) {
            return;
        }
        write(chunk.bytes().retainedDuplicate(), chunk.frames());
    }

    /** Writes this repeatedly, as fast as the other side reads. */
    void pour(Chunk chunk) {
        poured = chunk;
        pourOn();
    }

    private void pourOn() {
        Chunk chunk = poured;
        if (chunk == null || ended) {
            return;
        }
        for (int i = 0; i < WRITES_AT_A_TIME && current().channel().isWritable(); i++) {
            write(chunk);
        }
        if (current().channel().isWritable()) {
            current().executor().execute(this::pourOn);
        }
    }

    void every(long ms, Runnable action) {
        clocks.add(current().executor().scheduleWithFixedDelay(action, ms, ms, TimeUnit.MILLISECONDS));
    }

    /** Runs the action at the same moments for all connections of an attack. */
    void everyTogether(long ms, Runnable action) {
        long toNext = ms - TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) % ms;
        clocks.add(current().executor().scheduleAtFixedRate(action, toNext, ms, TimeUnit.MILLISECONDS));
    }

    void closeIn(long ms) {
        clocks.add(current().executor().schedule(this::close, ms, TimeUnit.MILLISECONDS));
    }

    /** Closes the connection without a leave. */
    void close() {
        end("left");
        current().close();
    }

    void stopReading() {
        current().channel().config().setAutoRead(false);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        attack.begin(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        pourOn();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws Exception {
        ByteBuf bytes = (ByteBuf) message;
        if (onUpgrade != null) {
            input.read(bytes);
            return;
        }
        if (!answered && bytes.readableBytes() >= STATUS_END) {
            answered = true;
            tally.ended(bytes.toString(bytes.readerIndex(), STATUS_END, StandardCharsets.ISO_8859_1));
        }
        ReferenceCountUtil.release(bytes);
    }

    @Override
    public void onUpgraded() {
        tally.upgraded++;
        if (onUpgrade != null) {
            onUpgrade.run();
        }
    }

    @Override
    public void onRefused(String statusLine) {
        end(statusLine);
        current().close();
    }

    @Override
    public void onMessage(ByteBuf message, int frameBytes) {
        // An attack ignores what it receives.
    }

    @Override
    public void onClose(int code) {
        end(Integer.toString(code));
        current().close();
    }

    private void end(String how) {
        if (!ended) {
            ended = true;
            tally.ended(how);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        end("cut");
        input.end();
        clocks.forEach(clock -> clock.cancel(false));
        onGone.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        end("cut");
        failing.close();
    }
}
