package presence.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import presence.model.KeyHash;
import presence.model.LeaveReason;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

/** Maps the domain's values to protobuf and back, for client frames and for envelopes between nodes. */
public final class ProtoMapping {
    private ProtoMapping() {}

    public static presence.proto.Profile toProto(Profile profile) {
        return presence.proto.Profile.newBuilder()
                .setUserId(profile.userId())
                .setName(profile.name())
                .setColor(profile.color())
                .setAvatarUrl(profile.avatarUrl())
                .setDevice(profile.device())
                .build();
    }

    public static Profile fromProto(presence.proto.Profile profile) {
        return new Profile(
                profile.getUserId(),
                profile.getName(),
                profile.getColor(),
                profile.getAvatarUrl(),
                profile.getDevice());
    }

    public static presence.proto.Status toProto(Status status) {
        return switch (status) {
            case ACTIVE -> presence.proto.Status.STATUS_ACTIVE;
            case IDLE -> presence.proto.Status.STATUS_IDLE;
            case AWAY -> presence.proto.Status.STATUS_AWAY;
            case BUSY -> presence.proto.Status.STATUS_BUSY;
        };
    }

    /** Returns null for a status that is absent or that only a newer release knows. */
    public static @Nullable Status fromProto(presence.proto.Status status) {
        return switch (status) {
            case STATUS_ACTIVE -> Status.ACTIVE;
            case STATUS_IDLE -> Status.IDLE;
            case STATUS_AWAY -> Status.AWAY;
            case STATUS_BUSY -> Status.BUSY;
            case STATUS_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    public static presence.proto.LeaveReason toProto(LeaveReason reason) {
        return switch (reason) {
            case LEFT, TAKEN_OVER -> presence.proto.LeaveReason.LEAVE_REASON_LEFT;
            case TIMED_OUT -> presence.proto.LeaveReason.LEAVE_REASON_TIMED_OUT;
            case NODE_LOST -> presence.proto.LeaveReason.LEAVE_REASON_NODE_LOST;
            case KICKED -> presence.proto.LeaveReason.LEAVE_REASON_KICKED;
        };
    }

    /** Maps a reason that only a newer release knows to {@link LeaveReason#LEFT}. */
    public static LeaveReason fromProto(presence.proto.LeaveReason reason) {
        return switch (reason) {
            case LEAVE_REASON_TIMED_OUT -> LeaveReason.TIMED_OUT;
            case LEAVE_REASON_NODE_LOST -> LeaveReason.NODE_LOST;
            case LEAVE_REASON_KICKED -> LeaveReason.KICKED;
            case LEAVE_REASON_LEFT, LEAVE_REASON_UNSPECIFIED, UNRECOGNIZED -> LeaveReason.LEFT;
        };
    }

    public static ByteString toProto(MemberId id) {
        return UnsafeByteOperations.unsafeWrap(id.toBytes());
    }

    /** @throws IllegalArgumentException unless there are 16 bytes */
    public static MemberId memberId(ByteString bytes) {
        return MemberId.fromBytes(bytes.asReadOnlyByteBuffer());
    }

    /** Returns empty bytes for a member that cannot be resumed. */
    public static ByteString toProto(KeyHash hash) {
        return hash.equals(KeyHash.NONE) ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(hash.toBytes());
    }

    /** @throws IllegalArgumentException unless there are 32 bytes or none */
    public static KeyHash keyHash(ByteString bytes) {
        return bytes.isEmpty() ? KeyHash.NONE : KeyHash.fromBytes(bytes.asReadOnlyByteBuffer());
    }

    /** Wraps without copying: state values are immutable by contract. */
    public static Map<String, ByteString> toProto(Map<String, byte[]> state) {
        if (state.isEmpty()) {
            return Map.of();
        }
        Map<String, ByteString> map = new LinkedHashMap<>();
        state.forEach((name, value) -> map.put(name, UnsafeByteOperations.unsafeWrap(value)));
        return map;
    }

    public static Map<String, byte[]> stateValues(Map<String, ByteString> state) {
        if (state.isEmpty()) {
            return Map.of();
        }
        Map<String, byte[]> map = new LinkedHashMap<>();
        state.forEach((name, value) -> map.put(name, value.toByteArray()));
        return map;
    }

    public static PresenceState state(Map<String, ByteString> state) {
        return PresenceState.of(stateValues(state));
    }
}
