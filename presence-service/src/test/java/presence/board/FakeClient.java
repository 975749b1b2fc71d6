package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.BoardCounts;
import presence.model.LeaveReason;
import presence.proto.LockResult;
import presence.proto.LockState;
import presence.proto.Member;
import presence.proto.Position;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.testing.client.Frames;
import presence.testing.client.RosterModel;
import presence.wire.ClientEvent;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** A connection that records the frames it is sent, and any violation of the contract. */
final class FakeClient implements BoardClient, RosterModel.Listener {
    private final EventLoop loop;
    Seat seat;

    @Nullable ErrorCode lost;

    /** Whether it has taken all it was sent. */
    boolean clear = true;

    /** Whether it takes nothing from its roster on. */
    boolean stopsAtRoster;

    /** "joined Ada", "left Ada TIMED_OUT", "updated Ada away", in the order received. */
    final List<String> news = new ArrayList<>();

    /** "3 wave": the sender's slot and the type. */
    final List<String> signals = new ArrayList<>();

    /** Members, observers and users of each counts frame. */
    final List<BoardCounts> counts = new ArrayList<>();

    /** The sums of each reactions frame. */
    final List<Map<String, Integer>> reactions = new ArrayList<>();

    /** "all shape=Ada", "+shape=Ada", "-shape": by frame; a holder is named as in the roster, or "?". */
    final List<String> locks = new ArrayList<>();

    /** "GRANTED shape Ada", and "error TOO_MANY_LOCKS". */
    final List<String> lockResults = new ArrayList<>();

    /** The fencing numbers of granted locks. */
    final List<Long> granted = new ArrayList<>();

    final List<String> complaints = new ArrayList<>();
    private final RosterModel model = new RosterModel(complaints, this);
    final Map<Integer, Member> members = model.members();
    /** The slots of all members ever shown: joined after left is a flap. */
    private final Map<String, Integer> slots = new LinkedHashMap<>();

    private final List<String> gone = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // the seat is there when the join returns
    FakeClient(EventLoop loop) {
        this.loop = loop;
    }

    void move(int x, int y, long nowMs) {
        seat.move(new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, x, y, false), nowMs);
    }

    void leave() {
        seat.leave(LeaveReason.LEFT);
    }

    byte[] key() {
        return roster().getResumeKey().toByteArray();
    }

    boolean hasRoster() {
        return model.roster() != null;
    }

    Roster roster() {
        Roster roster = model.roster();
        if (roster == null) {
            throw new AssertionError("no roster yet");
        }
        return roster;
    }

    /** The client's own member, as in its roster. */
    Member me() {
        return roster().getMembersList().stream()
                .filter(member -> member.getSlot() == roster().getYou())
                .findFirst()
                .orElseThrow();
    }

    Member member(String name) {
        return members.values().stream()
                .filter(member -> member.getProfile().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + names()));
    }

    List<String> names() {
        return members.values().stream()
                .map(member -> member.getProfile().getName())
                .toList();
    }

    List<String> ids() {
        return members.values().stream().map(FakeClient::id).toList();
    }

    static String id(Member member) {
        return java.util.HexFormat.of().formatHex(member.getMemberId().toByteArray());
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        ServerFrame message = Frames.read(frame);
        assertThat(kind.name()).isEqualTo(message.getFrameCase().name());
        switch (message.getFrameCase()) {
            case ROSTER -> {
                model.apply(message.getRoster());
                clear &= !stopsAtRoster;
            }
            case CHANGE -> model.apply(message.getChange());
            case SIGNAL ->
                signals.add(message.getSignal().getFrom() + " "
                        + message.getSignal().getType());
            case COUNTS ->
                counts.add(new BoardCounts(
                        message.getCounts().getMembers(),
                        message.getCounts().getObservers(),
                        message.getCounts().getUsers()));
            case REACTIONS -> {
                Map<String, Integer> sums = new LinkedHashMap<>();
                message.getReactions().getReactionsList().forEach(sum -> sums.put(sum.getType(), sum.getCount()));
                reactions.add(sums);
            }
            case CURSORS -> model.apply(message.getCursors());
            case LOCKS -> {
                StringBuilder told = new StringBuilder(message.getLocks().getAll() ? "all" : "");
                message.getLocks()
                        .getHeldList()
                        .forEach(lock -> told.append(" +")
                                .append(lock.getName())
                                .append('=')
                                .append(nameOf(lock.getHolder())));
                message.getLocks()
                        .getReleasedList()
                        .forEach(name -> told.append(" -").append(name));
                locks.add(told.toString().strip());
            }
            case LOCK_RESULT -> {
                LockResult result = message.getLockResult();
                lockResults.add(result.getState().name().substring("LOCK_STATE_".length()) + " " + result.getName()
                        + " " + nameOf(result.getHolder()));
                if (result.getState() == LockState.LOCK_STATE_GRANTED) {
                    granted.add(result.getFencing());
                }
            }
            case ERROR -> lockResults.add("error " + message.getError().getCode());
            default -> {}
        }
    }

    private String nameOf(ByteString id) {
        return members.values().stream()
                .filter(member -> member.getMemberId().equals(id))
                .map(member -> member.getProfile().getName())
                .findFirst()
                .orElse("?");
    }

    void lock(String name, long ttlMs, boolean waits) {
        seat.lock(new ClientEvent.Lock(ClientEvent.NO_REQUEST_ID, 0, name, ttlMs, waits));
    }

    @Override
    public void onLeft(Member member, presence.proto.LeaveReason reason) {
        gone.add(id(member));
        news.add("left " + member.getProfile().getName() + " " + reason.name().substring("LEAVE_REASON_".length()));
    }

    @Override
    public void onListed(Member member) {
        Integer before = slots.put(id(member), member.getSlot());
        if (before != null && before != member.getSlot()) {
            complaints.add("member " + id(member) + " came back, slot " + before + " and then " + member.getSlot());
        }
        if (gone.contains(id(member))) {
            complaints.add("member " + id(member) + " left and joined again");
        }
    }

    @Override
    public void onJoined(Member member) {
        onListed(member);
        news.add("joined " + member.getProfile().getName());
    }

    @Override
    public void onUpdated(Member after) {
        news.add("updated " + after.getProfile().getName() + " "
                + after.getStatus().name().substring("STATUS_".length()).toLowerCase(java.util.Locale.ROOT));
    }

    /** Where it sees a member's cursor, as "x,y". */
    String cursorOf(String name) {
        Position at = model.cursors().get(member(name).getSlot());
        return at == null ? "none" : at.getX() + "," + at.getY();
    }

    @Override
    public void flush() {}

    @Override
    public void offer(ServerFrameKind kind, ByteBuf frame) {
        write(kind, frame);
    }

    @Override
    public boolean isClear() {
        return clear;
    }

    /** Reads what it was sent, after it did not for a while. */
    void read() {
        clear = true;
        seat.onClear();
    }

    @Override
    public boolean takesCursors() {
        return true;
    }

    @Override
    public int waitMs() {
        return 0;
    }

    @Override
    public void readsMayWait(long forMs) {}

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {
        complaints.add("a signal was refused");
    }

    @Override
    public void startOver(String why) {
        complaints.add("started over: " + why);
    }

    @Override
    public void onSeatLost(Seat taken, ErrorCode why, ByteBuf frame) {
        frame.release();
        lost = why;
    }
}
