package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Position;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.Change;
import presence.proto.Cursors;
import presence.proto.Member;
import presence.proto.MemberUpdate;
import presence.proto.Roster;
import presence.proto.ServerFrame;
import presence.testing.FailingAllocator;
import presence.testing.client.Frames;
import presence.testing.random.Seeded;

class WireEncoderTest {
    private static final int FRAME_LIMIT = 65_536;

    private final WireEncoder encoder = new WireEncoder(UnpooledByteBufAllocator.DEFAULT);

    // ---- single frames ----

    @Test
    void aWelcomeNamesTheNodeAndItsLimits() {
        NodeId node = NodeId.random();
        presence.proto.Welcome welcome = Frames.read(encoder.welcome(
                        new Welcome(node, "blue", 25_000, 30, WireLimits.DEFAULT), "c1", 1_700_000_000_000L))
                .getWelcome();
        assertThat(welcome.getNodeId()).isEqualTo(node.toString());
        assertThat(welcome.getServerLabel()).isEqualTo("blue");
        assertThat(welcome.getConnectionId()).isEqualTo("c1");
        assertThat(welcome.getProtocol()).isEqualTo("presence.v1");
        assertThat(welcome.getHeartbeatIntervalMs()).isEqualTo(25_000);
        assertThat(welcome.getMaxCursorHz()).isEqualTo(30);
        assertThat(welcome.getServerTimeMs()).isEqualTo(1_700_000_000_000L);
        assertThat(welcome.getLimits().getMaxFrameBytes()).isEqualTo(65_536);
        assertThat(welcome.getLimits().getMaxBoardIdBytes()).isEqualTo(128);
        assertThat(welcome.getLimits().getMaxNameBytes()).isEqualTo(128);
        assertThat(welcome.getLimits().getMaxStateBytes()).isEqualTo(4_096);
        assertThat(welcome.getLimits().getMaxStateKeys()).isEqualTo(32);
        assertThat(welcome.getLimits().getMaxSignalBytes()).isEqualTo(16_384);
        assertThat(welcome.getLimits().getMaxBoards()).isEqualTo(16);
    }

    @Test
    void aHeartbeatIsAnsweredWithBothTimes() {
        presence.proto.HeartbeatAck ack =
                Frames.read(encoder.heartbeatAck(5, 9)).getHeartbeatAck();
        assertThat(ack.getClientTimeMs()).isEqualTo(5);
        assertThat(ack.getServerTimeMs()).isEqualTo(9);
    }

    @Test
    void aSignalNamesItsSender() {
        presence.proto.Signal signal =
                Frames.read(encoder.signal(2, 3, "wave", new byte[] {7})).getSignal();
        assertThat(signal.getBoardRef()).isEqualTo(2);
        assertThat(signal.getFrom()).isEqualTo(3);
        assertThat(signal.getType()).isEqualTo("wave");
        assertThat(signal.getPayload()).isEqualTo(ByteString.copyFrom(new byte[] {7}));
    }

    @Test
    void anErrorHasOnlyTheKnownFields() {
        presence.proto.Error all = Frames.read(encoder.error(ErrorCode.BOARD_FULL, "full", 0, 0, 4))
                .getError();
        assertThat(all.getCode()).isEqualTo("board_full");
        assertThat(all.getMessage()).isEqualTo("full");
        assertThat(all.hasRetryAfterMs()).isTrue();
        assertThat(all.hasInReplyTo()).isTrue();
        assertThat(all.getBoardRef()).isEqualTo(4);
        presence.proto.Error little = Frames.read(
                        encoder.error(ErrorCode.OBSERVER, "no", -1, ClientEvent.NO_REQUEST_ID, 0))
                .getError();
        assertThat(little.hasRetryAfterMs()).isFalse();
        assertThat(little.hasInReplyTo()).isFalse();
        assertThat(little.getBoardRef()).isZero();
    }

    @Test
    void anErrorEchoesTheLargestIdAndBoundsTheWait() {
        presence.proto.Error error = Frames.read(
                        encoder.error(ErrorCode.RATE_LIMITED, "", Long.MAX_VALUE, 4_294_967_295L, 0))
                .getError();
        assertThat(Integer.toUnsignedLong(error.getInReplyTo())).isEqualTo(4_294_967_295L);
        assertThat(error.getRetryAfterMs()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void goingAwayNamesTheReconnectDelay() {
        presence.proto.GoingAway away =
                Frames.read(encoder.goingAway(1_500, "restart")).getGoingAway();
        assertThat(away.getReconnectAfterMs()).isEqualTo(1_500);
        assertThat(away.getReason()).isEqualTo("restart");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537})
    void theHeaderFitsEveryLength(int payload) {
        // A signal of exactly this many bytes, or the smallest signal.
        int filling = payload;
        while (filling > 0 && size(filling) > payload) {
            filling--;
        }
        ByteBuf frame = encoder.signal(1, 1, "", new byte[filling]);
        int size = size(filling);
        assertThat(frame.readableBytes() - size).isEqualTo(size < 126 ? 2 : size < 65_536 ? 4 : 10);
        assertThat(Frames.read(frame).getSignal().getPayload().size()).isEqualTo(filling);
    }

    private static int size(int signalPayload) {
        return ServerFrame.newBuilder()
                .setSignal(presence.proto.Signal.newBuilder()
                        .setBoardRef(1)
                        .setFrom(1)
                        .setPayload(ByteString.copyFrom(new byte[signalPayload])))
                .build()
                .getSerializedSize();
    }

    // ---- cursors ----

    private static CursorColumns randomColumns(Random random, int rows) {
        CursorColumns columns = new CursorColumns();
        for (int row = 0; row < rows; row++) {
            columns.add(
                    1 + (random.nextInt(1 << 20) >> random.nextInt(20)),
                    Position.clamp(random.nextInt() >> random.nextInt(32)),
                    Position.clamp(random.nextInt() >> random.nextInt(32)),
                    random.nextInt(5) == 0,
                    random.nextInt(1 << 12) >> random.nextInt(12));
        }
        return columns;
    }

    private static Cursors generated(int boardRef, CursorColumns columns) {
        Cursors.Builder cursors = Cursors.newBuilder().setBoardRef(boardRef);
        for (int row = 0; row < columns.size(); row++) {
            cursors.addSlot(columns.slot(row))
                    .addX(columns.x(row))
                    .addY(columns.y(row))
                    .addAgeMs(columns.ageMs(row));
            if (columns.hidden(row)) {
                cursors.addHidden(columns.slot(row));
            }
        }
        return cursors.build();
    }

    @Tag("property")
    @Test
    void cursorsAreTheBytesOfTheGeneratedMessage() {
        Seeded.check(500, random -> {
            int boardRef = 1 + (random.nextInt(1 << 20) >> random.nextInt(20));
            CursorColumns columns = randomColumns(random, random.nextInt(40));
            byte[] expected = ServerFrame.newBuilder()
                    .setCursors(generated(boardRef, columns))
                    .build()
                    .toByteArray();
            assertThat(Frames.payload(encoder.cursors(boardRef, columns))).isEqualTo(expected);
        });
    }

    @Test
    void manyCursorsAreStillOneFrame() {
        CursorColumns columns = randomColumns(new Random(1), 5_000);
        assertThat(Frames.read(encoder.cursors(3, columns)).getCursors()).isEqualTo(generated(3, columns));
    }

    @ParameterizedTest(name = "{0} movers: at most {1} bytes")
    @CsvSource({"10, 10.5", "30, 9"})
    void aPositionCostsItsReaderFewBytes(int movers, double budget) {
        Seeded.check(50, random -> {
            CursorColumns columns = new CursorColumns();
            for (int slot = 1; slot <= movers; slot++) {
                columns.add(
                        slot,
                        16 * (1_000 + random.nextInt(3_000)),
                        16 * (1_000 + random.nextInt(3_000)),
                        false,
                        random.nextInt(34));
            }
            ByteBuf frame = encoder.cursors(1, columns);
            double perOther = (double) frame.readableBytes() / (movers - 1);
            frame.release();
            assertThat(perOther).isLessThanOrEqualTo(budget);
        });
    }

    // ---- rosters and changes in parts ----

    private static MemberView view(int slot, int stateBytes) {
        return new MemberView(
                slot,
                new MemberId(0, slot),
                new Profile("u" + slot, "name", "#000", "", ""),
                Status.ACTIVE,
                stateBytes == 0 ? Map.of() : Map.of("k", new byte[stateBytes]),
                slot,
                slot % 2 == 0 ? new Position(slot, -slot, false) : null,
                1_700_000_000_000L);
    }

    private static List<MemberView> views(int count, int stateBytes) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(slot -> view(slot, stateBytes))
                .toList();
    }

    private List<ServerFrame> wholeRoster(Iterator<MemberView> members) {
        List<ServerFrame> frames = new ArrayList<>();
        frames.add(Frames.read(encoder.roster(new BoardId("b"), 7, 1, new byte[] {5}, members)));
        while (members.hasNext()) {
            frames.add(Frames.read(encoder.part(7, joined(members))));
        }
        return frames;
    }

    @Test
    void aSmallRosterIsOneFrame() {
        List<ServerFrame> frames = wholeRoster(views(3, 10).iterator());
        assertThat(frames).hasSize(1);
        Roster roster = frames.get(0).getRoster();
        assertThat(roster.getBoard()).isEqualTo("b");
        assertThat(roster.getBoardRef()).isEqualTo(7);
        assertThat(roster.getYou()).isEqualTo(1);
        assertThat(roster.getResumeKey()).isEqualTo(ByteString.copyFrom(new byte[] {5}));
        assertThat(roster.getMore()).isFalse();
        Member second = roster.getMembers(1);
        assertThat(second.getSlot()).isEqualTo(2);
        assertThat(second.getMemberId().size()).isEqualTo(16);
        assertThat(second.getProfile().getUserId()).isEqualTo("u2");
        assertThat(second.getStatus()).isEqualTo(presence.proto.Status.STATUS_ACTIVE);
        assertThat(second.getStateMap()).containsOnlyKeys("k");
        assertThat(second.getVersion()).isEqualTo(2);
        assertThat(second.getCursor().getY()).isEqualTo(-2);
        assertThat(second.getJoinedAtMs()).isEqualTo(1_700_000_000_000L);
        assertThat(roster.getMembers(0).hasCursor()).as("no position known").isFalse();
    }

    @Test
    void aLargeRosterComesInPartsOfAtMost64KiBInOrder() {
        List<ServerFrame> frames = wholeRoster(views(500, 3_900).iterator());
        assertThat(frames.size()).isGreaterThan(20);
        List<Integer> slots = new ArrayList<>();
        for (ServerFrame frame : frames) {
            assertThat(frame.getSerializedSize()).isLessThanOrEqualTo(FRAME_LIMIT);
            boolean last = slots.size() + members(frame).size() == 500;
            assertThat(more(frame)).isEqualTo(!last);
            members(frame).forEach(member -> slots.add(member.getSlot()));
        }
        assertThat(slots)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 500).boxed().toList());
    }

    private static Iterator<MemberChange> joined(Iterator<MemberView> members) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return members.hasNext();
            }

            @Override
            public MemberChange next() {
                return new MemberChange.Joined(members.next());
            }
        };
    }

    private static List<MemberChange> changes(
            List<MemberChange.Left> left, List<MemberView> joined, List<MemberChange.Updated> updated) {
        List<MemberChange> all = new ArrayList<>(left);
        joined.forEach(view -> all.add(new MemberChange.Joined(view)));
        all.addAll(updated);
        return all;
    }

    private static List<Member> members(ServerFrame frame) {
        return frame.hasRoster()
                ? frame.getRoster().getMembersList()
                : frame.getChange().getJoinedList();
    }

    private static boolean more(ServerFrame frame) {
        return frame.hasRoster()
                ? frame.getRoster().getMore()
                : frame.getChange().getMore();
    }

    @Test
    void aSmallChangeIsOneFrame() {
        List<ServerFrame> frames = Frames.readAll(encoder.change(
                4,
                changes(
                        List.of(new MemberChange.Left(1, LeaveReason.NODE_LOST)),
                        List.of(view(2, 1)),
                        List.of(new MemberChange.Updated(
                                3,
                                new Profile("u", "New", "", "", ""),
                                null,
                                Map.of("a", new byte[] {1}),
                                List.of("b"),
                                9)))));
        assertThat(frames).hasSize(1);
        Change change = frames.get(0).getChange();
        assertThat(change.getBoardRef()).isEqualTo(4);
        assertThat(change.getMore()).isFalse();
        assertThat(change.getLeft(0).getSlot()).isEqualTo(1);
        assertThat(change.getLeft(0).getReason()).isEqualTo(presence.proto.LeaveReason.LEAVE_REASON_NODE_LOST);
        assertThat(change.getJoined(0).getSlot()).isEqualTo(2);
        MemberUpdate update = change.getUpdated(0);
        assertThat(update.getSlot()).isEqualTo(3);
        assertThat(update.getProfile().getName()).isEqualTo("New");
        assertThat(update.getStatusValue()).as("unchanged").isZero();
        assertThat(update.getSetMap()).containsOnlyKeys("a");
        assertThat(update.getUnsetList()).containsExactly("b");
        assertThat(update.getVersion()).isEqualTo(9);
    }

    @Test
    void anUpdateLeavesOutUnchangedFields() {
        MemberUpdate update = Frames.readAll(encoder.change(
                        1, List.of(new MemberChange.Updated(3, null, Status.IDLE, Map.of(), List.of(), 2))))
                .get(0)
                .getChange()
                .getUpdated(0);
        assertThat(update.hasProfile()).isFalse();
        assertThat(update.getStatus()).isEqualTo(presence.proto.Status.STATUS_IDLE);
    }

    @Test
    void aPartTakesAsManyChangesAsFitInOrder() {
        Iterator<MemberChange> all = changes(
                        List.of(new MemberChange.Left(1, LeaveReason.LEFT)),
                        views(30, 2_000),
                        List.of(new MemberChange.Updated(3, null, Status.IDLE, Map.of(), List.of(), 2)))
                .iterator();
        Change first = Frames.read(encoder.part(1, all)).getChange();
        assertThat(first.getMore()).isTrue();
        assertThat(first.getLeftList()).hasSize(1);
        assertThat(first.getJoinedList()).hasSizeBetween(10, 30);
        assertThat(first.getSerializedSize()).isLessThanOrEqualTo(FRAME_LIMIT);
        Change second = Frames.read(encoder.part(1, all)).getChange();
        assertThat(second.getMore()).isFalse();
        assertThat(first.getJoinedCount() + second.getJoinedCount()).isEqualTo(30);
        assertThat(second.getUpdatedList()).hasSize(1);
    }

    @Test
    void aFailedAllocationLeavesNothingBehind() {
        FailingAllocator scarce = new FailingAllocator(1);
        WireEncoder poor = new WireEncoder(scarce);
        List<MemberChange> large = changes(List.of(), views(60, 2_000), List.of());
        assertThatThrownBy(() -> poor.change(1, large)).isInstanceOf(OutOfMemoryError.class);
        assertThat(scarce.unreleased()).isZero();
    }

    @Test
    void noChangeIsNoFrame() {
        assertThat(encoder.change(1, List.of())).isEmpty();
    }

    @Test
    void aLargeChangeIsCutInOrderAndNothingIsLost() {
        List<MemberChange.Left> left = IntStream.rangeClosed(1, 20_000)
                .mapToObj(slot -> new MemberChange.Left(slot, LeaveReason.LEFT))
                .toList();
        List<MemberChange.Updated> updated = IntStream.rangeClosed(1, 400)
                .mapToObj(slot ->
                        new MemberChange.Updated(slot, null, null, Map.of("k", new byte[1_000]), List.of(), slot))
                .toList();
        List<ServerFrame> frames = Frames.readAll(encoder.change(1, changes(left, views(300, 2_000), updated)));
        StringBuilder order = new StringBuilder();
        int lefts = 0;
        int joins = 0;
        int updates = 0;
        for (ServerFrame frame : frames) {
            assertThat(frame.getSerializedSize()).isLessThanOrEqualTo(FRAME_LIMIT);
            Change change = frame.getChange();
            for (var gone : change.getLeftList()) {
                assertThat(gone.getSlot()).isEqualTo(++lefts);
            }
            for (var member : change.getJoinedList()) {
                assertThat(member.getSlot()).isEqualTo(++joins);
            }
            for (var update : change.getUpdatedList()) {
                assertThat(update.getSlot()).isEqualTo(++updates);
            }
            order.append(change.getLeftCount() > 0 ? "l" : "")
                    .append(change.getJoinedCount() > 0 ? "j" : "")
                    .append(change.getUpdatedCount() > 0 ? "u" : "");
            boolean last = lefts + joins + updates == 20_700;
            assertThat(change.getMore()).isEqualTo(!last);
        }
        assertThat(List.of(lefts, joins, updates)).containsExactly(20_000, 300, 400);
        assertThat(order.toString()).matches("l+j+u+");
    }

    @Test
    void evenTheLargestMembersAndUpdatesKeepAFrameBelow64KiB() {
        // The largest settings a node allows: PRESENCE_MAX_NAME_BYTES, _STATE_BYTES and _STATE_KEYS at their maximum.
        String name = "n".repeat(1_024);
        Profile profile = new Profile(name, name, name, "u".repeat(WireLimits.MAX_URL_BYTES), name);
        Map<String, byte[]> state = new LinkedHashMap<>();
        List<String> unset = new ArrayList<>();
        for (int i = 0; i < 1_024; i++) {
            state.put(String.format("%04x", i), new byte[0]);
            unset.add(String.format("%04x", 0x8000 + i));
        }
        List<MemberView> joined = new ArrayList<>();
        List<MemberChange.Updated> updated = new ArrayList<>();
        for (int slot = 1; slot <= 40; slot++) {
            // Small ones between, so that a frame is as full as possible when a large one comes.
            int size = slot % 8 == 0 ? 0 : 700;
            joined.add(view(slot, size));
            updated.add(new MemberChange.Updated(slot, null, null, Map.of("k", new byte[size]), List.of(), 1));
            joined.add(new MemberView(
                    slot, new MemberId(1, slot), profile, Status.ACTIVE, state, Long.MAX_VALUE, null, Long.MAX_VALUE));
            updated.add(new MemberChange.Updated(slot, profile, Status.BUSY, state, unset, Long.MAX_VALUE));
        }
        List<ServerFrame> frames = new ArrayList<>(wholeRoster(joined.iterator()));
        frames.addAll(Frames.readAll(encoder.change(1, changes(List.of(), joined, updated))));
        // Many small ones before a large one: their overhead counts, too.
        List<MemberChange.Left> left = IntStream.range(200, 8_390)
                .mapToObj(slot -> new MemberChange.Left(slot, LeaveReason.LEFT))
                .toList();
        frames.addAll(Frames.readAll(encoder.change(1, changes(left, List.of(), updated.subList(1, 2)))));
        assertThat(frames)
                .extracting(ServerFrame::getSerializedSize)
                .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(FRAME_LIMIT));
    }
}
