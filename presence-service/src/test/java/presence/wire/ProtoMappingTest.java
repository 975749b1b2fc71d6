package presence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

class ProtoMappingTest {
    @Test
    void aProfileSurvives() {
        Profile profile = new Profile("u", "Ada", "#123", "https://example.org/a", "phone");
        assertThat(ProtoMapping.fromProto(ProtoMapping.toProto(profile))).isEqualTo(profile);
    }

    @ParameterizedTest
    @EnumSource
    void everyStatusSurvives(Status status) {
        assertThat(ProtoMapping.fromProto(ProtoMapping.toProto(status))).isEqualTo(status);
        assertThat(ProtoMapping.toProto(status).name()).isEqualTo("STATUS_" + status);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TAKEN_OVER")
    void everyLeaveReasonSurvives(LeaveReason reason) {
        assertThat(ProtoMapping.fromProto(ProtoMapping.toProto(reason))).isEqualTo(reason);
        assertThat(ProtoMapping.toProto(reason).name()).isEqualTo("LEAVE_REASON_" + reason);
    }

    @Test
    void aTakeOverIsNoReasonThatClientsKnow() {
        assertThat(ProtoMapping.toProto(LeaveReason.TAKEN_OVER))
                .isEqualTo(presence.proto.LeaveReason.LEAVE_REASON_LEFT);
    }

    @Test
    void valuesOfANewerReleaseMapToHarmlessOnes() {
        assertThat(ProtoMapping.fromProto(presence.proto.Status.UNRECOGNIZED)).isNull();
        assertThat(ProtoMapping.fromProto(presence.proto.LeaveReason.UNRECOGNIZED))
                .isEqualTo(LeaveReason.LEFT);
    }

    @Test
    void aMemberIdSurvivesAndHasSixteenBytes() {
        MemberId id = MemberId.random();
        assertThat(ProtoMapping.memberId(ProtoMapping.toProto(id))).isEqualTo(id);
        assertThatThrownBy(() -> ProtoMapping.memberId(ByteString.copyFromUtf8("short")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stateSurvives() {
        Map<String, byte[]> values = Map.of("a", new byte[] {1, 2}, "", new byte[0]);
        assertThat(ProtoMapping.state(ProtoMapping.toProto(values))).isEqualTo(PresenceState.of(values));
    }
}
