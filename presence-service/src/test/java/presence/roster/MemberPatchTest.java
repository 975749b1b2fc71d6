package presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

class MemberPatchTest {
    private static final Origin OWNER = new Origin(new NodeId(new UUID(0, 2)), 0);
    private static final MemberId ID = new MemberId(0, 1);

    private static Member member(int slot, String name, Status status, Map<String, byte[]> state, long version) {
        return new Member(
                ID,
                slot,
                new Profile("u", name, "", "", ""),
                status,
                PresenceState.of(state),
                version,
                5,
                KeyHash.NONE);
    }

    @Test
    void holdsTheDifferenceAndNoMore() {
        Member before = member(1, "Ada", Status.ACTIVE, Map.of("a", new byte[4_000], "b", new byte[1]), 1);
        Member after = member(1, "Ada", Status.IDLE, Map.of("a", new byte[4_000], "c", new byte[1]), 2);
        MemberPatch patch = MemberPatch.between(before, after);
        assertThat(patch.profile()).isNull();
        assertThat(patch.status()).isEqualTo(Status.IDLE);
        assertThat(patch.set()).containsOnlyKeys("c");
        assertThat(patch.unset()).containsExactly("b");
        assertThat(patch.applyTo(before)).isEqualTo(after);
    }

    @Test
    void cannotExpressAnotherSlot() {
        Member before = member(1, "Ada", Status.ACTIVE, Map.of(), 1);
        assertThat(MemberPatch.between(before, member(2, "Ada", Status.ACTIVE, Map.of(), 2)))
                .isNull();
    }

    @Test
    void changesTheOwnersRecordAndTheView() {
        Roster roster = new Roster();
        Member before = member(1, "Ada", Status.ACTIVE, Map.of("a", new byte[10]), 1);
        Member after = member(1, "Bea", Status.ACTIVE, Map.of("a", new byte[11]), 2);
        roster.apply(OWNER, 0, 1, new SegmentDelta(List.of(before), Map.of()));
        roster.takeDelta();
        SegmentDelta patch = new SegmentDelta(List.of(), Map.of(), List.of(MemberPatch.between(before, after)));
        assertThat(roster.apply(OWNER, 1, 2, patch)).isEqualTo(Roster.Verdict.APPLIED);
        assertThat(roster.member(ID)).isEqualTo(after);
        assertThat(roster.takeDelta().updated()).hasSize(1);
        assertThat(patch.ids()).containsExactly(ID);
    }

    @Test
    void ofAMemberThatIsNotKnownIsAGapThatChangesNothing() {
        Roster roster = new Roster();
        Member before = member(1, "Ada", Status.ACTIVE, Map.of(), 1);
        Member after = member(1, "Bea", Status.ACTIVE, Map.of(), 2);
        SegmentDelta patch = new SegmentDelta(List.of(), Map.of(), List.of(MemberPatch.between(before, after)));
        assertThat(roster.apply(OWNER, 0, 1, patch)).isEqualTo(Roster.Verdict.GAP);
        assertThat(roster.seq(OWNER)).isEqualTo(-1);
        assertThat(roster.isTouched()).isFalse();
    }
}
