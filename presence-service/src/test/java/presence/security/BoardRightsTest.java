package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import presence.model.BoardId;
import presence.testing.random.Seeded;

class BoardRightsTest {
    private static final BoardId BOARD = new BoardId("team-7/sprint");

    private static BoardRights rights(String pattern, Object... names) throws UnauthorizedException {
        return BoardRights.of(Map.of(pattern, List.of(names)));
    }

    @ParameterizedTest
    @CsvSource({
        "team-7/sprint, team-7/sprint, true",
        "team-7/sprint, team-7/sprint2, false",
        "team-7/sprint, team-7/sprin, false",
        "team-7/*, team-7/sprint, true",
        "team-7/*, team-7/, true",
        "team-7/*, team-7, false",
        "team-7/*, team-77/sprint, false",
        "*, x, true",
        "*sprint, team-7/sprint, true",
        "*sprint, sprint/team, false",
        "t*7/*t, team-7/sprint, true",
        "t*7/*x, team-7/sprint, false",
        "a*b*c, abcbc, true",
        "a**, a, true",
        "team-7.sprint, team-7/sprint, false",
        "'', x, false"
    })
    void aStarStandsForAnything(String pattern, String board, boolean matches) throws UnauthorizedException {
        assertThat(rights(pattern, "join").allow(new BoardId(board), Right.JOIN))
                .isEqualTo(matches);
    }

    @Test
    void matchesLikeARegularExpressionWould() {
        Seeded.check(2_000, random -> {
            StringBuilder pattern = new StringBuilder();
            StringBuilder board = new StringBuilder("a");
            for (int i = random.nextInt(8); i > 0; i--) {
                pattern.append("ab*".charAt(random.nextInt(3)));
                board.append("ab".charAt(random.nextInt(2)));
            }
            boolean expected = Pattern.matches(pattern.toString().replace("*", ".*"), board);
            assertThat(rights(pattern.toString(), "join").allow(new BoardId(board.toString()), Right.JOIN))
                    .as("%s on %s", pattern, board)
                    .isEqualTo(expected);
        });
    }

    @Test
    void joinAllowsToObserveButNotToSignal() throws UnauthorizedException {
        BoardRights rights = rights("*", "join");
        assertThat(rights.allow(BOARD, Right.JOIN)).isTrue();
        assertThat(rights.allow(BOARD, Right.OBSERVE)).isTrue();
        assertThat(rights.allow(BOARD, Right.SIGNAL)).isFalse();
    }

    @Test
    void watchingIsAllowedByItsRightAndByThoseThatShowMore() throws UnauthorizedException {
        BoardRights rights = rights("*", "watch");
        assertThat(rights.allow(BOARD, Right.WATCH)).isTrue();
        assertThat(rights.allow(BOARD, Right.OBSERVE)).isFalse();
        assertThat(rights.allow(BOARD, Right.JOIN)).isFalse();
        assertThat(rights("*", "observe").allow(BOARD, Right.WATCH)).isTrue();
        assertThat(rights("*", "join").allow(BOARD, Right.WATCH)).isTrue();
        assertThat(rights("*", "signal").allow(BOARD, Right.WATCH)).isFalse();
    }

    @Test
    void observeAllowsOnlyToObserveAndToWatch() throws UnauthorizedException {
        BoardRights rights = rights("*", "observe");
        assertThat(rights.allow(BOARD, Right.OBSERVE)).isTrue();
        assertThat(rights.allow(BOARD, Right.JOIN)).isFalse();
        assertThat(rights.allow(BOARD, Right.SIGNAL)).isFalse();
    }

    @Test
    void theRightsOfAllPatternsAddUp() throws UnauthorizedException {
        BoardRights rights = BoardRights.of(Map.of("team-7/*", List.of("join"), "*/sprint", List.of("signal")));
        assertThat(rights.allow(BOARD, Right.JOIN)).isTrue();
        assertThat(rights.allow(BOARD, Right.SIGNAL)).isTrue();
        assertThat(rights.allow(new BoardId("team-8/sprint"), Right.JOIN)).isFalse();
    }

    @Test
    void nothingIsAllowedUnsaid() throws UnauthorizedException {
        assertThat(BoardRights.of(Map.of()).allow(BOARD, Right.OBSERVE)).isFalse();
        assertThat(rights("*").allow(BOARD, Right.JOIN)).isFalse();
        assertThat(rights("*", "JOIN", "admin", 7).allow(BOARD, Right.JOIN)).isFalse();
        assertThat(BoardRights.ALL.allow(BOARD, Right.SIGNAL)).isTrue();
    }

    @Test
    void aClaimOfAnotherShapeIsRefused() {
        assertThatThrownBy(() -> BoardRights.of(Map.of("*", "join")))
                .isInstanceOf(UnauthorizedException.class)
                .hasMessageContaining("is not like");
        assertThatThrownBy(() -> rights("x".repeat(BoardRights.MAX_PATTERN_CHARS + 1), "join"))
                .isInstanceOf(UnauthorizedException.class);
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i <= BoardRights.MAX_PATTERNS; i++) {
            many.put("b" + i, List.of("join"));
        }
        assertThatThrownBy(() -> BoardRights.of(many)).hasMessageContaining("more than 100 patterns");
    }
}
