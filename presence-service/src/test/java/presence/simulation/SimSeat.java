package presence.simulation;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.board.BoardClient;
import presence.board.Seat;
import presence.model.LeaveReason;
import presence.model.Profile;
import presence.proto.Locks;
import presence.proto.Member;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.testing.client.Frames;
import presence.testing.client.RosterModel;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** One connection of a user, with what it was shown, and every frame that breaks the contract. */
final class SimSeat implements BoardClient, RosterModel.Listener {
    /** Time for everybody to know of a member. */
    private static final long SETTLED_US = 3 * VirtualTime.SECOND;

    private final SimUser user;
    private final SimNode node;
    private final World world;
    private final List<String> complaints;
    private final RosterModel model;
    private final Map<ByteString, Integer> slots = new HashMap<>();
    /** When each member was shown to leave. */
    private final Map<ByteString, Long> gone = new HashMap<>();

    private final Map<String, String> locks = new HashMap<>(0);
    private long listedUs;
    private @Nullable Seat seat;

    SimSeat(SimUser user, SimNode node, World world) {
        this.user = user;
        this.world = world;
        this.node = node;
        this.complaints = world.complaints();
        this.model = new RosterModel(complaints, this);
    }

    SimNode node() {
        return node;
    }

    /** By slot. */
    RosterModel model() {
        return model;
    }

    /** Whether its member has been on the board for a while, on a node that runs. */
    boolean isSettled() {
        return model.roster() != null
                && world.time().nowUs() - listedUs > SETTLED_US
                && node.isAlive()
                && !node.isFrozen();
    }

    /** The id of the user's own member; null before the roster. */
    @Nullable ByteString ownId() {
        Roster roster = model.roster();
        if (roster == null) {
            return null;
        }
        return roster.getMembersList().stream()
                .filter(member -> member.getSlot() == roster.getYou())
                .map(Member::getMemberId)
                .findFirst()
                .orElse(null);
    }

    void join(ClientEvent.Join request) {
        node.loop().execute(() -> {
            seat = node.boards().join(request, this, Profile.EMPTY);
            if (seat == null) {
                complaints.add(user + " was refused a board");
            }
        });
    }

    @Nullable Seat seat() {
        return seat;
    }

    private void whenSeated(Runnable task) {
        node.loop().execute(() -> {
            if (seat != null) {
                task.run();
            }
        });
    }

    void move(int x, int y, long nowMs) {
        whenSeated(() -> seat.move(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, x, y, false), nowMs));
    }

    void patch(ClientEvent.StatePatch patch) {
        whenSeated(() -> seat.patch(patch));
    }

    void leave() {
        whenSeated(() -> seat.leave(LeaveReason.LEFT));
    }

    /** The node notices that the socket is gone. */
    void lose() {
        whenSeated(() -> seat.lose());
    }

    @Override
    public EventLoop eventLoop() {
        return node.loop();
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        ServerFrame message = Frames.read(frame);
        switch (message.getFrameCase()) {
            case ROSTER -> {
                slots.clear();
                model.apply(message.getRoster());
                listedUs = world.time().nowUs();
                user.onRoster(this, message.getRoster());
                noteVersion();
            }
            case CHANGE -> {
                model.apply(message.getChange());
                noteVersion();
            }
            case CURSORS -> model.apply(message.getCursors());
            case LOCKS -> apply(message.getLocks());
            case LOCK_RESULT -> user.onLockResult(this, message.getLockResult());
            default -> {}
        }
    }

    private void apply(Locks told) {
        if (told.getAll()) {
            locks.clear();
        }
        told.getReleasedList().forEach(locks::remove);
        told.getHeldList().forEach(lock -> locks.put(lock.getName(), Long.toString(lock.getFencing())));
    }

    /** The fencing numbers of the locks that are held, as it was told. */
    Map<String, String> locks() {
        return locks;
    }

    void lock(ClientEvent.Lock asked) {
        whenSeated(() -> seat.lock(asked));
    }

    void unlock(String name) {
        whenSeated(() -> seat.unlock(name));
    }

    private void noteVersion() {
        Roster roster = model.roster();
        Member own = roster == null ? null : model.members().get(roster.getYou());
        if (own != null) {
            user.onVersion(this, own.getVersion());
        }
    }

    @Override
    public void onListed(Member member) {
        Integer before = slots.put(member.getMemberId(), member.getSlot());
        if (before != null) {
            complaints.add(user + " is shown " + member.getProfile().getName() + " in slot " + before + " and in slot "
                    + member.getSlot());
        }
    }

    @Override
    public void onJoined(Member member) {
        onListed(member);
        Long since = gone.get(member.getMemberId());
        if (since != null
                && user.seat() == this
                && world.users().stream().anyMatch(each -> each.isMember(member.getMemberId()))
                && !world.outages().mayHide(since)) {
            complaints.add("a member left and joined again: " + user + " sees "
                    + member.getProfile().getName());
        }
    }

    @Override
    public void onLeft(Member member, presence.proto.LeaveReason reason) {
        slots.remove(member.getMemberId());
        gone.put(member.getMemberId(), world.time().nowUs());
    }

    @Override
    public void offer(ServerFrameKind kind, ByteBuf frame) {
        frame.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isClear() {
        return true;
    }

    @Override
    public boolean takesCursors() {
        return true;
    }

    @Override
    public void readsMayWait(long forMs) {
        // There is no socket.
    }

    @Override
    public int waitMs() {
        return 0;
    }

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {}

    @Override
    public void startOver(String why) {
        complaints.add(user + " was told to start over: " + why);
    }

    @Override
    public void onSeatLost(Seat taken, ErrorCode why, ByteBuf frame) {
        frame.release();
        user.onSeatLost(this, why);
    }
}
