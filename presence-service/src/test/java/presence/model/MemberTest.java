package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberTest {
    private final Member member =
            new Member(MemberId.random(), 3, Profile.EMPTY, Status.ACTIVE, PresenceState.EMPTY, 7, 1_000, KeyHash.NONE);

    private static Member takenOver(Member from, long beaten) {
        return from.takenOver(4, Profile.EMPTY, Status.BUSY, PresenceState.of(Map.of()), beaten);
    }

    @Test
    void aTakeOverBeatsLaterChangesOfItsPreviousOwner() {
        Member changed = member;
        for (int i = 0; i < 1_000; i++) {
            changed = changed.withStatus(Status.AWAY);
        }
        assertThat(takenOver(member, member.version()).version()).isGreaterThan(changed.version());
    }

    @Test
    void aTakeOverBeatsTheGivenVersion() {
        long other = takenOver(takenOver(member, 0), 0).version() + 5;
        assertThat(takenOver(member, other).version()).isGreaterThan(other);
        assertThat(takenOver(member, 0).version()).isGreaterThan(member.version());
    }

    @Test
    void everyChangeIsOneUpAndOfTheSameMember() {
        Member away = member.withStatus(Status.AWAY);
        assertThat(away.version()).isEqualTo(8);
        assertThat(away.id()).isEqualTo(member.id());
        assertThat(takenOver(away, 0).id()).isEqualTo(member.id());
        assertThat(takenOver(away, 0).joinedAtMs()).isEqualTo(1_000);
    }
}
