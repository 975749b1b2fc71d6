package presence.cluster.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.model.CursorColumns;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Position;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.proto.CursorTick;
import presence.proto.Delta;
import presence.proto.Departure;
import presence.proto.MemberRecord;
import presence.roster.SegmentDelta;

class EnvelopeMappingTest {
    private static Member member(KeyHash keyHash) {
        return new Member(
                MemberId.random(),
                5,
                new Profile("u", "Ada", "#fff", "", ""),
                Status.BUSY,
                PresenceState.of(Map.of("a", new byte[] {1})),
                8,
                99,
                keyHash);
    }

    @Test
    void aMemberSurvivesWithAndWithoutAKey() throws Exception {
        for (Member member : List.of(member(KeyHash.NONE), member(KeyHash.of(new byte[] {1})))) {
            assertThat(EnvelopeMapping.member(EnvelopeMapping.record(member))).isEqualTo(member);
        }
        assertThat(EnvelopeMapping.record(member(KeyHash.NONE))
                        .getResumeKeySha256()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aDeltaSurvives() throws Exception {
        Map<MemberId, LeaveReason> departed = new LinkedHashMap<>();
        for (LeaveReason reason : LeaveReason.values()) {
            departed.put(MemberId.random(), reason);
        }
        SegmentDelta change = new SegmentDelta(List.of(member(KeyHash.NONE), member(KeyHash.NONE)), departed);
        Delta delta = EnvelopeMapping.delta(3, 9, change).build();
        assertThat(delta.getPrev()).isEqualTo(3);
        assertThat(delta.getSeq()).isEqualTo(9);
        assertThat(EnvelopeMapping.change(delta)).isEqualTo(change);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17})
    void aMemberIdThatIsNoneIsRefusedWhereverItStands(int length) {
        ByteString broken = ByteString.copyFrom(new byte[length]);
        MemberRecord record = MemberRecord.newBuilder().setMemberId(broken).build();
        assertThatThrownBy(() -> EnvelopeMapping.member(record)).isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> EnvelopeMapping.change(
                        Delta.newBuilder().addUpserted(record).build()))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> EnvelopeMapping.change(Delta.newBuilder()
                        .addDeparted(Departure.newBuilder().setMemberId(broken))
                        .build()))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    @Test
    void aKeyHashThatIsNoneIsRefused() {
        MemberRecord record = EnvelopeMapping.record(member(KeyHash.NONE)).toBuilder()
                .setResumeKeySha256(ByteString.copyFrom(new byte[31]))
                .build();
        assertThatThrownBy(() -> EnvelopeMapping.member(record)).isInstanceOf(InvalidProtocolBufferException.class);
    }

    @Test
    void aStatusOfANewerReleaseReadsAsActive() throws Exception {
        MemberRecord record = EnvelopeMapping.record(member(KeyHash.NONE)).toBuilder()
                .setStatusValue(99)
                .build();
        assertThat(EnvelopeMapping.member(record).status()).isEqualTo(Status.ACTIVE);
    }

    @Test
    void cursorsSurvive() {
        CursorColumns moved = new CursorColumns();
        moved.add(1, -5, 6, false, 7);
        moved.add(300, Position.LIMIT, -Position.LIMIT, true, 0);
        CursorTick tick = EnvelopeMapping.cursorTick(44, moved).build();
        assertThat(tick.getTick()).isEqualTo(44);
        CursorColumns read = EnvelopeMapping.columns(tick);
        assertThat(read.size()).isEqualTo(2);
        for (int row = 0; row < 2; row++) {
            assertThat(read.slot(row)).isEqualTo(moved.slot(row));
            assertThat(read.x(row)).isEqualTo(moved.x(row));
            assertThat(read.y(row)).isEqualTo(moved.y(row));
            assertThat(read.hidden(row)).isEqualTo(moved.hidden(row));
            assertThat(read.ageMs(row)).isEqualTo(moved.ageMs(row));
        }
    }

    @Test
    void columnsOfUnequalLengthAreCutToTheShortest() {
        CursorColumns read = EnvelopeMapping.columns(CursorTick.newBuilder()
                .addAllSlot(List.of(1, 2, 3))
                .addAllX(List.of(1, 2, 3))
                .addAllY(List.of(1, 2))
                .addAllAgeMs(List.of(1, 2, 3, 4))
                .build());
        assertThat(read.size()).isEqualTo(2);
    }

    @Test
    void coordinatesAndAgesOfAPeerAreClampedToo() {
        CursorColumns read = EnvelopeMapping.columns(CursorTick.newBuilder()
                .addSlot(1)
                .addX(Integer.MIN_VALUE)
                .addY(Integer.MAX_VALUE)
                .addAgeMs(-1)
                .build());
        assertThat(read.x(0)).isEqualTo(-Position.LIMIT);
        assertThat(read.y(0)).isEqualTo(Position.LIMIT);
        assertThat(read.ageMs(0)).isZero();
    }
}
