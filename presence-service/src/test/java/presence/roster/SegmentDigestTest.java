package presence.roster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import presence.model.KeyHash;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.PresenceState;
import presence.model.Profile;
import presence.model.Status;

class SegmentDigestTest {
    private final Member ada = member();
    private final Member bob = member();

    private static Member member() {
        return new Member(MemberId.random(), 1, Profile.EMPTY, Status.ACTIVE, PresenceState.EMPTY, 1, 0, KeyHash.NONE);
    }

    @Test
    void theOrderOfMembersDoesNotMatter() {
        assertThat(SegmentDigest.of(List.of(ada, bob))).isEqualTo(SegmentDigest.of(List.of(bob, ada)));
    }

    @Test
    void anotherVersionIsAnotherSegment() {
        Member changed = ada.withPatch(Profile.EMPTY, Status.AWAY, PresenceState.EMPTY);
        assertThat(SegmentDigest.of(List.of(changed, bob))).isNotEqualTo(SegmentDigest.of(List.of(ada, bob)));
    }

    @Test
    void anotherMemberIsAnotherSegment() {
        assertThat(SegmentDigest.of(List.of(ada))).isNotEqualTo(SegmentDigest.of(List.of(bob)));
        assertThat(SegmentDigest.of(List.of(ada))).isNotEqualTo(SegmentDigest.of(List.of(ada, bob)));
    }
}
