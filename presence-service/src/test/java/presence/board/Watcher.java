package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.Member;
import presence.proto.MemberUpdate;
import presence.proto.Position;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.proto.Signal;
import presence.testing.Frames;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** Applies a board's frames as docs/protocol/client.md specifies, and reports frames that cannot be applied. */
final class Watcher implements BoardClient {
    final String name;
    private final EventLoop loop;

    final List<ServerFrame> frames = new ArrayList<>();
    final List<Signal> signals = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    final Map<Integer, Member> members = new LinkedHashMap<>();
    final Map<Integer, Position> cursors = new LinkedHashMap<>();
    boolean writable = true;
    /** Number of frames it takes before it is not writable any more; negative = all. */
    int takes = -1;

    boolean unflushed;
    int dropped;
    int waitMs;
    int refusedSignals;
    int flushes;
    boolean complete;
    int you;
    Seat seat;
    Seat lost;
    private Roster roster;

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
            case CURSORS -> onCursors(read.getCursors());
            case SIGNAL -> {
                // Slot 0 is an operator.
                if (read.getSignal().getFrom() != 0) {
                    known(read.getSignal().getFrom(), "signal");
                }
                signals.add(read.getSignal());
            }
            case ERROR -> {}
            default -> complaints.add("unexpected " + read.getFrameCase());
        }
    }

    @Override
    public void flush() {
        unflushed = false;
        flushes++;
    }

    @Override
    public void offer(ByteBuf frame) {
        if (writable) {
            write(ServerFrameKind.SIGNAL, frame);
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
        if (roster != null) {
            complaints.add("a second roster");
        }
        roster = whole;
        you = whole.getYou();
        whole.getMembersList().forEach(this::add);
        complete = !whole.getMore();
        if (complete && you != 0 && !members.containsKey(you)) {
            complaints.add("a complete roster without the client itself");
        }
    }

    private void onChange(Change change) {
        if (change.getLeftCount() + change.getJoinedCount() + change.getUpdatedCount() == 0 && complete) {
            complaints.add("an empty change");
        }
        change.getLeftList().forEach(left -> {
            known(left.getSlot(), "left");
            members.remove(left.getSlot());
            cursors.remove(left.getSlot());
        });
        change.getJoinedList().forEach(this::add);
        change.getUpdatedList().forEach(this::update);
        complete = complete || !change.getMore();
    }

    private void add(Member member) {
        if (member.getSlot() <= 0 || members.put(member.getSlot(), member) != null) {
            complaints.add("slot " + member.getSlot() + " joined twice or is none");
        }
        if (member.hasCursor()) {
            cursors.put(member.getSlot(), member.getCursor());
        }
    }

    private void update(MemberUpdate update) {
        if (!known(update.getSlot(), "updated")) {
            return;
        }
        Member.Builder member = members.get(update.getSlot()).toBuilder();
        if (update.hasProfile()) {
            member.setProfile(update.getProfile());
        }
        if (update.getStatusValue() != 0) {
            member.setStatus(update.getStatus());
        }
        update.getUnsetList().forEach(member::removeState);
        member.putAllState(update.getSetMap()).setVersion(update.getVersion());
        members.put(update.getSlot(), member.build());
    }

    private void onCursors(Cursors tick) {
        Set<Integer> slots = new HashSet<>(tick.getSlotList());
        if (slots.size() != tick.getSlotCount()
                || tick.getXCount() != slots.size()
                || tick.getYCount() != slots.size()
                || tick.getAgeMsCount() != slots.size()
                || !slots.containsAll(tick.getHiddenList())) {
            complaints.add("columns that do not fit each other");
            return;
        }
        for (int row = 0; row < tick.getSlotCount(); row++) {
            int slot = tick.getSlot(row);
            if (known(slot, "cursors")) {
                cursors.put(
                        slot,
                        Position.newBuilder()
                                .setX(tick.getX(row))
                                .setY(tick.getY(row))
                                .setHidden(tick.getHiddenList().contains(slot))
                                .build());
            }
        }
    }

    private boolean known(int slot, String where) {
        if (roster == null || !members.containsKey(slot)) {
            complaints.add(where + " names slot " + slot + " before it joined");
            return false;
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
