package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.Member;
import presence.proto.Position;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.Signal;
import presence.testing.client.Frames;
import presence.testing.client.RosterModel;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** Applies a board's frames as docs/protocol/client.md specifies, and reports frames that cannot be applied. */
final class Watcher implements BoardClient {
    final String name;
    private final EventLoop loop;

    final List<ServerFrame> frames = new ArrayList<>();
    final List<Signal> signals = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    private final RosterModel model = new RosterModel(complaints, new RosterModel.Listener() {});
    final Map<Integer, Member> members = model.members();
    final Map<Integer, Position> cursors = model.cursors();
    boolean writable = true;
    /** Number of frames it takes before it is not writable any more; negative = all. */
    int takes = -1;

    boolean unflushed;
    int dropped;
    int waitMs;
    long mayWaitMs;
    int refusedSignals;
    int flushes;
    int you;
    /** One for each join. */
    int rostersToCome;

    Seat seat;
    Seat lost;

    Watcher(String name, EventLoop loop) {
        this.name = name;
        this.loop = loop;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        unflushed = true;
        if (takes > 0 && --takes == 0) {
            writable = false;
        }
        ServerFrame read = Frames.read(frame);
        assertThat(kind.name()).isEqualTo(read.getFrameCase().name());
        frames.add(read);
        switch (read.getFrameCase()) {
            case ROSTER -> onRoster(read.getRoster());
            case CHANGE -> onChange(read.getChange());
            case CURSORS -> model.apply(read.getCursors());
            case SIGNAL -> {
                // Slot 0 is an operator.
                if (read.getSignal().getFrom() != 0) {
                    model.knows(read.getSignal().getFrom(), "signal");
                }
                signals.add(read.getSignal());
            }
            case ERROR, DENSITY, PACE -> {}
            default -> complaints.add("unexpected " + read.getFrameCase());
        }
    }

    @Override
    public void flush() {
        unflushed = false;
        flushes++;
    }

    @Override
    public void offer(ServerFrameKind kind, ByteBuf frame) {
        if (writable) {
            write(kind, frame);
        } else {
            frame.release();
            dropped++;
        }
    }

    @Override
    public boolean isClear() {
        return writable;
    }

    @Override
    public boolean takesCursors() {
        return writable;
    }

    @Override
    public int waitMs() {
        return waitMs;
    }

    @Override
    public void readsMayWait(long forMs) {
        mayWaitMs = forMs;
    }

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {
        refusedSignals++;
    }

    @Override
    public void startOver(String why) {
        complaints.add("started over: " + why);
    }

    @Override
    public void onSeatLost(Seat gone, ErrorCode why, ByteBuf frame) {
        lost = gone;
        frames.add(Frames.read(frame));
    }

    /** Makes the socket take what was queued. */
    void becomeWritable() {
        writable = true;
        seat.onClear();
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        members.values().forEach(member -> names.add(member.getProfile().getName()));
        return names;
    }

    int slotOf(String who) {
        return members.values().stream()
                .filter(member -> member.getProfile().getName().equals(who))
                .mapToInt(Member::getSlot)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " does not know " + who));
    }

    Position cursorOf(String who) {
        return cursors.get(slotOf(who));
    }

    Map<ByteString, Member> membersById() {
        Map<ByteString, Member> byId = new LinkedHashMap<>();
        members.values()
                .forEach(member -> byId.put(
                        member.getMemberId(),
                        member.toBuilder().clearSlot().clearCursor().build()));
        return byId;
    }

    List<ServerFrame> take(ServerFrame.FrameCase kind) {
        List<ServerFrame> taken =
                frames.stream().filter(frame -> frame.getFrameCase() == kind).toList();
        frames.removeAll(taken);
        return taken;
    }

    List<Change> changes() {
        return take(ServerFrame.FrameCase.CHANGE).stream()
                .map(ServerFrame::getChange)
                .toList();
    }

    List<Cursors> ticks() {
        return take(ServerFrame.FrameCase.CURSORS).stream()
                .map(ServerFrame::getCursors)
                .toList();
    }

    List<presence.proto.Error> errors() {
        return frames.stream()
                .filter(ServerFrame::hasError)
                .map(ServerFrame::getError)
                .toList();
    }

    private void onRoster(Roster whole) {
        if (--rostersToCome < 0) {
            complaints.add("a second roster");
        }
        you = whole.getYou();
        model.apply(whole);
        if (model.isComplete() && you != 0 && !members.containsKey(you)) {
            complaints.add("a complete roster without the client itself");
        }
    }

    private void onChange(Change change) {
        boolean empty = change.getLeftCount() + change.getJoinedCount() + change.getUpdatedCount() == 0;
        if (empty && model.isComplete() && !change.hasPage()) {
            complaints.add("an empty change");
        }
        model.apply(change);
    }

    /** Whether no more parts of the roster are to come. */
    boolean isComplete() {
        return model.isComplete();
    }

    @Override
    public String toString() {
        return name;
    }
}
