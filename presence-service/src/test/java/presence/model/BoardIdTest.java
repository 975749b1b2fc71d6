package presence.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.testing.random.Seeded;

class BoardIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "board-1", "team/7:retro", "süß", "板", "🦊", "a.b_c~d", "\u00e9", "e\u0301"})
    void acceptsCommonNames(String id) {
        assertThat(BoardId.problemWith(id)).isNull();
        assertThat(new BoardId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "*",
                "?",
                "[",
                "]",
                "\\",
                "a{b",
                "presence:*",
                "x}:evil{y",
                " ",
                "a b",
                "\t",
                "\n",
                "\r\n",
                "\u0000",
                "\u001b",
                "\u007f",
                "\u0085",
                "\u00a0",
                "\u2003",
                "\u2028",
                "\u2029",
                "\u200b",
                "\u200e",
                "\u202e",
                "\u2060",
                "\u3000",
                "\ufeff",
                "\ud83d",
                "\udd8a",
                "a\ud800b",
                "\udd8a\ud83d",
                "\uffff"
            })
    void refusesCharactersThatCouldBreakOutOfAChannelOrHide(String id) {
        assertThat(BoardId.problemWith(id)).isNotNull();
        assertThatThrownBy(() -> new BoardId(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("board id ");
    }

    @Test
    void isNotEmpty() {
        assertThat(BoardId.problemWith("")).isEqualTo("is empty");
    }

    @Test
    void hasUpTo128BytesOfUtf8() {
        assertThat(BoardId.problemWith("a".repeat(128))).isNull();
        assertThat(BoardId.problemWith("a".repeat(129))).isEqualTo("is longer than 128 bytes");
        assertThat(BoardId.problemWith("é".repeat(64))).isNull();
        assertThat(BoardId.problemWith("é".repeat(65))).isEqualTo("is longer than 128 bytes");
        assertThat(BoardId.problemWith("🦊".repeat(32))).isNull();
        assertThat(BoardId.problemWith("🦊".repeat(32) + "a")).isEqualTo("is longer than 128 bytes");
    }

    @Test
    void namesTheProblemWithoutRepeatingTheId() {
        assertThat(BoardId.problemWith("ab*")).isEqualTo("contains '*' at 2");
        assertThat(BoardId.problemWith("a\u0007")).isEqualTo("contains U+0007 at 1");
        assertThat(BoardId.problemWith("🦊\u200b")).isEqualTo("contains U+200B at 2");
    }

    @Test
    void noAcceptedIdHasAForbiddenCharacter() {
        int[] accepted = {0};
        Seeded.check(20_000, random -> {
            StringBuilder id = new StringBuilder();
            for (int left = random.nextInt(12); left >= 0; left--) {
                // Mostly characters near the forbidden ones, sometimes any of Unicode, unpaired surrogates included.
                id.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(0x80);
                            case 1 -> random.nextInt(0x2100);
                            case 2 -> 0xD800 + random.nextInt(0x800);
                            default -> random.nextInt(0x110000);
                        });
            }
            String text = id.toString();
            if (BoardId.problemWith(text) != null) {
                return;
            }
            accepted[0]++;
            assertThat(text.chars()).noneMatch(c -> "{}*?[]\\".indexOf(c) >= 0);
            assertThat(text.codePoints())
                    .noneMatch(Character::isISOControl)
                    .noneMatch(Character::isWhitespace)
                    .noneMatch(Character::isSpaceChar);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(bytes.length).isBetween(1, 128);
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text);
        });
        assertThat(accepted[0]).as("ids that were accepted").isPositive();
    }

    /** Characters of Unicode 15 and 16, which the JDK 17 does not know, and one that is unassigned. */
    @ParameterizedTest
    @ValueSource(ints = {0x1FAE8, 0x1FAE9, 0x1CCD6, 0x31350, 0x3FF00})
    void aNewerCharacterIsJudgedAlikeByEveryJdk(int c) {
        assertThat(BoardId.problemWith("a" + Character.toString(c))).isNull();
    }

    @Test
    void theTableCoversThisJdksInvisibleCharacters() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean isRefused = BoardId.problemWith(Character.toString(c)) != null;
            boolean isInvisible = switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.SPACE_SEPARATOR,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> true;
                default -> false;
            };
            boolean isGlob = "{}*?[]\\".indexOf(c) >= 0;
            if (isRefused != (isInvisible || isGlob) && Character.getType(c) != Character.UNASSIGNED) {
                throw new AssertionError(String.format("U+%04X", c));
            }
        }
    }
}
