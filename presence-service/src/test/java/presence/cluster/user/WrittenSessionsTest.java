package presence.cluster.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.model.Status;
import presence.model.UserEntry;
import presence.model.UserSession;

class WrittenSessionsTest {
    private final WrittenSessions written = new WrittenSessions();

    private static UserSession session(int member, Status status) {
        return new UserSession(new MemberId(1, member), new BoardId("b"), status, "");
    }

    private static List<UserSession> sessions(int number) {
        List<UserSession> sessions = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            sessions.add(session(i, Status.ACTIVE));
        }
        return sessions;
    }

    private static UserEntry ada(List<UserSession> sessions) {
        return new UserEntry("ada", sessions, true);
    }

    @Test
    void whatIsNotKnownIsWrittenAsAWhole() {
        assertThat(written.patch(ada(sessions(20)))).isNull();
        written.note(ada(sessions(20)));
        written.clear();
        assertThat(written.patch(ada(sessions(20)))).isNull();
    }

    @Test
    void ofAKnownListTheDifferenceIsWritten() {
        List<UserSession> sessions = sessions(20);
        written.note(ada(sessions));
        assertThat(written.patch(ada(sessions)).isEmpty()).isTrue();
        sessions.set(4, session(4, Status.BUSY));
        sessions.remove(11);
        sessions.add(session(20, Status.ACTIVE));
        assertThat(written.patch(ada(sessions)))
                .isEqualTo(new WrittenSessions.Patch(
                        "ada",
                        20,
                        List.of(session(4, Status.BUSY), session(20, Status.ACTIVE)),
                        List.of(new MemberId(1, 11))));
    }

    @Test
    void aListThatChangedByMoreThanHalfIsWrittenAsAWhole() {
        List<UserSession> sessions = sessions(20);
        written.note(ada(sessions));
        sessions.replaceAll(session -> session(session.member().hashCode(), Status.BUSY));
        assertThat(written.patch(ada(sessions))).isNull();
    }

    @Test
    void aShortListIsForgotten() {
        written.note(ada(sessions(WrittenSessions.MANY)));
        assertThat(written.patch(ada(sessions(WrittenSessions.MANY)))).isNotNull();
        written.note(ada(sessions(WrittenSessions.MANY - 1)));
        assertThat(written.patch(ada(sessions(WrittenSessions.MANY)))).isNull();
    }

    @Test
    void aUserWithoutSessionsIsWrittenAsAWhole() {
        written.note(ada(sessions(20)));
        assertThat(written.patch(ada(List.of()))).isNull();
        written.note(new UserEntry("ada", List.of(), false));
        assertThat(written.patch(ada(sessions(20)))).isNull();
    }
}
