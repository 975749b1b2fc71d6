package presence.board;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import presence.model.BoardId;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;
import presence.roster.SegmentDelta;
import presence.wire.ClientEvent;

/** Members and requests with short names. */
final class People {
    static final Origin HERE = new Origin(new NodeId(new UUID(0, 1)), 0);
    static final Origin THERE = new Origin(new NodeId(new UUID(0, 2)), 0);
    static final BoardId BOARD = new BoardId("board");

    private People() {}

    static MemberId id(int number) {
        return new MemberId(0, number);
    }

    static Member member(int number, int ownerSlot, String name, Map<String, byte[]> state, long version) {
        return new Member(
                id(number), ownerSlot, named(name), Status.ACTIVE, PresenceState.of(state), version, 0, KeyHash.NONE);
    }

    static Member member(int number, int ownerSlot) {
        return member(number, ownerSlot, "m" + number, Map.of(), 1);
    }

    static Profile named(String name) {
        return new Profile("", name, "", "", "");
    }

    static ClientEvent.Join join(String name, Map<String, byte[]> state, boolean observer) {
        return new ClientEvent.Join(
                7, BOARD, named(name), Status.ACTIVE, state, new byte[0], observer, new byte[0], 0, false);
    }

    /** A join that asks for the roster in parts. */
    static ClientEvent.Join joinInParts(String name, boolean observer, byte[] resumeKey, int rosterLimit) {
        return new ClientEvent.Join(
                7,
                BOARD,
                named(name),
                Status.ACTIVE,
                Map.of(),
                resumeKey,
                observer,
                new byte[0],
                0,
                false,
                false,
                rosterLimit,
                false);
    }

    static ClientEvent.Cursor at(int x, int y) {
        return new ClientEvent.Cursor(ClientEvent.NO_REQUEST_ID, 0, x, y, false);
    }

    static ClientEvent.StatePatch patch(Map<String, byte[]> set, @Nullable Status status) {
        return new ClientEvent.StatePatch(9, 0, set, List.of(), null, status);
    }

    /** A delta of another node with these members. */
    static SegmentDelta upsert(Member... members) {
        return new SegmentDelta(List.of(members), Map.of());
    }
}
