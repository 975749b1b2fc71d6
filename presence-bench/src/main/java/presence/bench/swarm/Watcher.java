package presence.bench.swarm;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.bench.client.ClientFrames;
import presence.bench.client.FrameInput;
import presence.proto.ClientFrame;
import presence.proto.Heartbeat;
import presence.proto.ServerFrame;
import presence.proto.Watch;
import presence.proto.WatchedBoard;

/** A connection that watches the first boards of the swarm without being on one. Its event loop only. */
final class Watcher extends ChannelInboundHandlerAdapter implements FrameInput.Handler {
    private static final int AVATARS = 3;
    private static final int UNKNOWN = -1;

    private final URI url;
    private final String prefix;
    private final Consumer<String> onFailed;
    private final int[] members;
    private final int[] observers;
    private final FrameInput input = new FrameInput(this);
    private @Nullable ChannelHandlerContext context;
    private boolean ending;

    /** @param prefix first part of the boards' names, with their numbers behind */
    Watcher(URI url, String prefix, int boards, Consumer<String> onFailed) {
        this.url = url;
        this.prefix = prefix;
        this.onFailed = onFailed;
        members = new int[boards];
        observers = new int[boards];
        Arrays.fill(members, UNKNOWN);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        active.writeAndFlush(ClientFrames.handshake(active.alloc(), url));
    }

    @Override
    public void onUpgraded() {
        Watch.Builder watch = Watch.newBuilder().setAvatars(AVATARS);
        for (int board = 0; board < members.length; board++) {
            watch.addBoard(prefix + board);
        }
        send(ClientFrame.newBuilder().setWatch(watch));
    }

    private void send(ClientFrame.Builder message) {
        if (context != null) {
            context.writeAndFlush(ClientFrames.message(context.alloc(), message.build()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws InvalidProtocolBufferException {
        input.read((ByteBuf) message);
    }

    @Override
    public void onMessage(ByteBuf message, int frameBytes) throws InvalidProtocolBufferException {
        ServerFrame frame = ServerFrame.parseFrom(message.nioBuffer());
        switch (frame.getFrameCase()) {
            case WELCOME -> beatHeart(frame.getWelcome().getHeartbeatIntervalMs());
            case WATCHED -> frame.getWatched().getBoardsList().forEach(this::onWatched);
            case ERROR -> fail(frame.getError().getCode());
            default -> {}
        }
    }

    private void beatHeart(int everyMs) {
        if (context != null && everyMs > 0) {
            context.executor()
                    .scheduleAtFixedRate(
                            () -> {
                                if (!ending) {
                                    send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
                                }
                            },
                            everyMs,
                            everyMs,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void onWatched(WatchedBoard board) {
        int number = Integer.parseInt(board.getBoard().substring(prefix.length()));
        if (!board.getError().isEmpty()) {
            fail(board.getError());
        }
        members[number] = board.getMembers();
        observers[number] = board.getObservers();
    }

    /** Returns the number of boards that it has other counts of than these. */
    int errors(int ofMembers, int ofObservers) {
        int errors = 0;
        for (int board = 0; board < members.length; board++) {
            errors += members[board] != ofMembers || observers[board] != ofObservers ? 1 : 0;
        }
        return errors;
    }

    void close() {
        ending = true;
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void onRefused(String statusLine) {
        fail(statusLine);
    }

    @Override
    public void onClose(int code) {
        fail("closed with " + code);
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        input.end();
        fail("connection lost");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        fail(cause.toString());
        failing.close();
    }

    private void fail(String why) {
        if (!ending) {
            ending = true;
            onFailed.accept("watcher: " + why);
        }
    }
}
