package presence.cluster.envelope;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.CursorColumns;
import presence.model.Kick;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.Position;
import presence.model.Status;
import presence.model.UserSession;
import presence.proto.CursorTick;
import presence.proto.Delta;
import presence.proto.Departure;
import presence.proto.MemberRecord;
import presence.proto.Reaction;
import presence.proto.ReactionSums;
import presence.proto.UserRecord;
import presence.roster.MemberPatch;
import presence.roster.SegmentDelta;
import presence.wire.ProtoMapping;
import presence.wire.WireLimits;

/** Maps messages of envelopes to model types and back. */
public final class EnvelopeMapping {
    private EnvelopeMapping() {}

    public static Delta.Builder delta(long prev, long seq, SegmentDelta change) {
        Delta.Builder delta = Delta.newBuilder().setSeq(seq).setPrev(prev);
        change.upserted().forEach(member -> delta.addUpserted(record(member)));
        change.patched().forEach(patch -> delta.addPatched(patch(patch)));
        change.departed()
                .forEach((id, reason) -> delta.addDeparted(Departure.newBuilder()
                        .setMemberId(ProtoMapping.toProto(id))
                        .setReason(ProtoMapping.toProto(reason))
                        .setTakenOver(reason == LeaveReason.TAKEN_OVER)));
        return delta;
    }

    /** @throws InvalidProtocolBufferException if it contains a malformed member id */
    public static SegmentDelta change(Delta delta) throws InvalidProtocolBufferException {
        try {
            List<Member> upserted = new ArrayList<>(delta.getUpsertedCount());
            for (MemberRecord record : delta.getUpsertedList()) {
                upserted.add(member(record));
            }
            Map<MemberId, LeaveReason> departed = new LinkedHashMap<>();
            for (Departure departure : delta.getDepartedList()) {
                departed.put(
                        ProtoMapping.memberId(departure.getMemberId()),
                        departure.getTakenOver()
                                ? LeaveReason.TAKEN_OVER
                                : ProtoMapping.fromProto(departure.getReason()));
            }
            List<MemberPatch> patched = new ArrayList<>(delta.getPatchedCount());
            for (presence.proto.MemberPatch patch : delta.getPatchedList()) {
                patched.add(patch(patch));
            }
            return new SegmentDelta(upserted, departed, patched);
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException("broken member id");
        }
    }

    private static presence.proto.MemberPatch patch(MemberPatch patch) {
        presence.proto.MemberPatch.Builder message = presence.proto.MemberPatch.newBuilder()
                .setMemberId(ProtoMapping.toProto(patch.id()))
                .setBase(patch.base())
                .setVersion(patch.version())
                .putAllSet(ProtoMapping.toProto(patch.set()))
                .addAllUnset(patch.unset());
        if (patch.profile() != null) {
            message.setProfile(ProtoMapping.toProto(patch.profile()));
        }
        if (patch.status() != null) {
            message.setStatus(ProtoMapping.toProto(patch.status()));
        }
        return message.build();
    }

    private static MemberPatch patch(presence.proto.MemberPatch patch) {
        return new MemberPatch(
                ProtoMapping.memberId(patch.getMemberId()),
                patch.getBase(),
                patch.getVersion(),
                patch.hasProfile() ? ProtoMapping.fromProto(patch.getProfile()) : null,
                patch.getStatusValue() == 0 ? null : status(patch.getStatus()),
                ProtoMapping.state(patch.getSetMap()).values(),
                patch.getUnsetList());
    }

    static CursorTick.Builder cursorTick(long tick, CursorColumns moved) {
        CursorTick.Builder message = CursorTick.newBuilder().setTick(tick);
        for (int row = 0; row < moved.size(); row++) {
            message.addSlot(moved.slot(row));
            message.addX(moved.x(row));
            message.addY(moved.y(row));
            message.addAgeMs(moved.ageMs(row));
            if (moved.hidden(row)) {
                message.addHidden(moved.slot(row));
            }
        }
        return message;
    }

    /** Maps the columns of a tick, up to the length of the shortest. */
    public static CursorColumns columns(CursorTick tick) {
        CursorColumns columns = new CursorColumns();
        int rows = Math.min(
                Math.min(tick.getSlotCount(), tick.getXCount()), Math.min(tick.getYCount(), tick.getAgeMsCount()));
        Set<Integer> hidden = tick.getHiddenCount() == 0 ? Set.of() : new HashSet<>(tick.getHiddenList());
        for (int row = 0; row < rows; row++) {
            int slot = tick.getSlot(row);
            columns.add(
                    slot,
                    Position.clamp(tick.getX(row)),
                    Position.clamp(tick.getY(row)),
                    hidden.contains(slot),
                    Math.max(0, tick.getAgeMs(row)));
        }
        return columns;
    }

    static UserRecord sessions(List<UserSession> sessions) {
        UserRecord.Builder record = UserRecord.newBuilder();
        sessions.forEach(session -> record.addSessions(session(session)));
        return record.build();
    }

    static presence.proto.UserSession session(UserSession session) {
        return presence.proto.UserSession.newBuilder()
                .setMemberId(session.member().toString())
                .setBoard(session.board().value())
                .setStatus(ProtoMapping.toProto(session.status()))
                .setDevice(session.device())
                .build();
    }

    static List<UserSession> sessions(UserRecord record) throws InvalidProtocolBufferException {
        try {
            List<UserSession> sessions = new ArrayList<>(record.getSessionsCount());
            for (presence.proto.UserSession session : record.getSessionsList()) {
                sessions.add(new UserSession(
                        MemberId.fromHex(session.getMemberId()),
                        new BoardId(session.getBoard()),
                        status(session.getStatus()),
                        session.getDevice()));
            }
            return sessions;
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException("broken member id or board");
        }
    }

    /** Maps a status; one that only a later release knows becomes active. */
    private static Status status(presence.proto.Status status) {
        Status known = ProtoMapping.fromProto(status);
        return known == null ? Status.ACTIVE : known;
    }

    static MemberRecord record(Member member) {
        return MemberRecord.newBuilder()
                .setMemberId(ProtoMapping.toProto(member.id()))
                .setSlot(member.ownerSlot())
                .setProfile(ProtoMapping.toProto(member.profile()))
                .setStatus(ProtoMapping.toProto(member.status()))
                .putAllState(ProtoMapping.toProto(member.state().values()))
                .setVersion(member.version())
                .setJoinedAtMs(member.joinedAtMs())
                .setResumeKeySha256(ProtoMapping.toProto(member.keyHash()))
                .build();
    }

    static Member member(MemberRecord record) throws InvalidProtocolBufferException {
        try {
            return new Member(
                    ProtoMapping.memberId(record.getMemberId()),
                    record.getSlot(),
                    ProtoMapping.fromProto(record.getProfile()),
                    status(record.getStatus()),
                    ProtoMapping.state(record.getStateMap()),
                    record.getVersion(),
                    record.getJoinedAtMs(),
                    ProtoMapping.keyHash(record.getResumeKeySha256()));
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException("broken member id or key hash");
        }
    }

    public static presence.proto.Kick kick(Kick kick) {
        MemberId member = kick.member();
        return presence.proto.Kick.newBuilder()
                .setBoard(kick.board() == null ? "" : kick.board().toString())
                .setMemberId(member == null ? ByteString.EMPTY : ProtoMapping.toProto(member))
                .setUserId(kick.userId())
                .setReason(kick.reason())
                .setBanMs(kick.banMs())
                .build();
    }

    /** @throws IllegalArgumentException if neither member nor user is named, or the board id is malformed */
    public static Kick kick(presence.proto.Kick kick) {
        return new Kick(
                boardOrNull(kick.getBoard()),
                kick.getMemberId().isEmpty() ? null : ProtoMapping.memberId(kick.getMemberId()),
                kick.getUserId(),
                kick.getReason(),
                kick.getBanMs());
    }

    public static ReactionSums toProto(Map<String, Integer> reactions) {
        ReactionSums.Builder sums = ReactionSums.newBuilder();
        reactions.forEach((type, count) ->
                sums.addReactions(Reaction.newBuilder().setType(type).setCount(count)));
        return sums.build();
    }

    /** Returns the sums by type, without those that no node sends. */
    public static Map<String, Integer> fromProto(ReactionSums sums) {
        Map<String, Integer> reactions = new LinkedHashMap<>();
        sums.getReactionsList().stream()
                .filter(sum -> sum.getCount() > 0 && sum.getTypeBytes().size() <= WireLimits.MAX_REACTION_BYTES)
                .limit(WireLimits.MAX_REACTION_TYPES)
                .forEach(sum -> reactions.put(sum.getType(), sum.getCount()));
        return reactions;
    }

    /** @throws IllegalArgumentException if the board id is malformed */
    public static @Nullable BoardId boardOrNull(String board) {
        return board.isEmpty() ? null : new BoardId(board);
    }
}
