package presence.bench.rolling;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.bench.client.ClientFrames;
import presence.bench.client.CursorFrame;
import presence.bench.client.FrameInput;
import presence.proto.Change;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Member;
import presence.proto.Roster;
import presence.proto.ServerFrame;

/** One of the successive connections of a migrating user. Its event loop only. */
final class MigratingConnection extends ChannelInboundHandlerAdapter implements FrameInput.Handler {
    private final MigratingUser user;
    private final URI url;
    private final Join join;
    private final FrameInput input = new FrameInput(this);
    private final CursorFrame cursors = new CursorFrame();
    private final Map<Integer, ByteString> members = new HashMap<>();

    private @Nullable ChannelHandlerContext context;
    private String node = "";
    private int ownSlot;
    private boolean complete;
    private boolean ended;

    MigratingConnection(MigratingUser user, URI url, Join join) {
        this.user = user;
        this.url = url;
        this.join = join;
    }

    /** Returns whether it has joined and received its roster. */
    boolean isJoined() {
        return complete && !ended;
    }

    Set<ByteString> members() {
        return new HashSet<>(members.values());
    }

    /** Returns the id of the node it is connected to; empty if not known yet. */
    String node() {
        return node;
    }

    @Nullable ByteString ownId() {
        return members.get(ownSlot);
    }

    void move(int x, int y) {
        if (isJoined()) {
            write(ClientFrames.cursor(current().alloc(), x, y));
        }
    }

    /** Closes it without a leave after a new connection has replaced it: a leave would remove the member. */
    void giveUp() {
        ended = true;
        if (context != null) {
            context.close();
        }
    }

    private ChannelHandlerContext current() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }

    private void write(ByteBuf bytes) {
        current().writeAndFlush(bytes, current().voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        if (ended) {
            active.close();
            return;
        }
        write(ClientFrames.handshake(active.alloc(), url));
    }

    @Override
    public void onUpgraded() {
        write(ClientFrames.message(
                current().alloc(), ClientFrame.newBuilder().setJoin(join).build()));
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws InvalidProtocolBufferException {
        input.read((ByteBuf) message);
    }

    @Override
    public void onMessage(ByteBuf message, int frameBytes) throws InvalidProtocolBufferException {
        if (ended) {
            return;
        }
        if (cursors.read(message)) {
            user.onPositions(cursors.count());
            return;
        }
        ServerFrame frame = ServerFrame.parseFrom(message.nioBuffer());
        switch (frame.getFrameCase()) {
            case WELCOME -> node = frame.getWelcome().getNodeId();
            case ROSTER -> onRoster(frame.getRoster());
            case CHANGE -> onChange(frame.getChange());
            case GOING_AWAY -> user.onGoingAway(this, frame.getGoingAway().getReconnectAfterMs());
            default -> {}
        }
    }

    private void onRoster(Roster roster) {
        members.clear();
        ownSlot = roster.getYou();
        roster.getMembersList().forEach(member -> members.put(member.getSlot(), member.getMemberId()));
        long version = roster.getMembersList().stream()
                .filter(member -> member.getSlot() == ownSlot)
                .mapToLong(Member::getVersion)
                .findFirst()
                .orElse(0);
        user.onRoster(roster.getResumeKey(), version);
        if (!roster.getMore()) {
            complete();
        }
    }

    private void onChange(Change change) {
        change.getLeftList().forEach(left -> members.remove(left.getSlot()));
        change.getJoinedList().forEach(member -> members.put(member.getSlot(), member.getMemberId()));
        if (complete) {
            user.onComings(change.getLeftCount(), change.getJoinedCount());
        } else if (!change.getMore()) {
            complete();
        }
    }

    private void complete() {
        complete = true;
        user.onJoined(this);
    }

    @Override
    public void onRefused(String statusLine) {
        end();
    }

    @Override
    public void onClose(int code) {
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        input.end();
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        end();
    }

    /** Handles an unexpected end. */
    void end() {
        if (!ended) {
            giveUp();
            user.onLost(this);
        }
    }
}
