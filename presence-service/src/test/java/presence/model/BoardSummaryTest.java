package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import presence.testing.random.Seeded;

class BoardSummaryTest {
    private static Member member(String name, long joinedAtMs) {
        return new Member(
                MemberId.random(),
                1,
                new Profile("user-" + name, name, "#123456", "", "phone"),
                Status.ACTIVE,
                PresenceState.of(Map.of()),
                1,
                joinedAtMs,
                KeyHash.NONE);
    }

    @Test
    void theMembersThatJoinedFirstAreDescribedInThatOrderWithoutTheirDevices() {
        Seeded.check(50, random -> {
            List<Member> members = new ArrayList<>();
            List<Profile> expected = new ArrayList<>();
            int count = random.nextInt(25);
            for (int i = 0; i < count; i++) {
                members.add(member("m" + i, i));
                expected.add(new Profile("user-m" + i, "m" + i, "#123456", "", ""));
            }
            Collections.shuffle(members, random);
            BoardSummary summary = BoardSummary.of(new BoardCounts(members.size(), 2, 1), members);
            assertThat(summary.first())
                    .isEqualTo(expected.subList(0, Math.min(BoardSummary.MAX_FIRST, expected.size())));
            assertThat(summary.members()).isEqualTo(members.size());
            assertThat(summary.observers()).isEqualTo(2);
            assertThat(summary.users()).isEqualTo(1);
        });
    }
}
