package presence.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import presence.ops.RecentWarnings.Warning;

class RecentWarningsTest {
    @Test
    void repetitionsAreCountedAndTheLastOneIsShown() {
        RecentWarnings warnings = new RecentWarnings(10);
        warnings.add("warn", "Board", "lost board={}", "lost board=a", 1);
        warnings.add("warn", "Board", "other", "other", 2);
        warnings.add("warn", "Board", "lost board={}", "lost board=b", 3);
        warnings.add("error", "Board", "lost board={}", "lost board=c", 4);

        assertThat(warnings.latest())
                .containsExactly(
                        new Warning("error", "Board", "lost board=c", 1, 4, 4),
                        new Warning("warn", "Board", "lost board=b", 2, 1, 3),
                        new Warning("warn", "Board", "other", 1, 2, 2));
        assertThat(warnings.total()).isEqualTo(4);
    }

    @Test
    void theLongestNotRepeatedIsForgotten() {
        RecentWarnings warnings = new RecentWarnings(2);
        for (String text : new String[] {"a", "b", "a", "c"}) {
            warnings.add("warn", "Board", text, text, 0);
        }
        assertThat(warnings.latest()).extracting(Warning::text).containsExactly("c", "a");
        assertThat(warnings.total()).isEqualTo(4);
    }

    @Test
    void noneAreKeptWhereNoneAreAllowed() {
        RecentWarnings warnings = new RecentWarnings(0);
        warnings.add("warn", "Board", "a", "a", 0);
        assertThat(warnings.latest()).isEmpty();
        assertThat(warnings.total()).isEqualTo(1);
    }

    @Test
    void textsAreBoundedAndOnOneLine() {
        RecentWarnings warnings = new RecentWarnings(2);
        warnings.add("warn", "Board", "p".repeat(2_000), "a\nb\u202ec" + "\u0007".repeat(2_000), 0);
        assertThat(warnings.latest())
                .singleElement()
                .satisfies(warning -> assertThat(warning.text())
                        .startsWith("a\\u000ab\\u202ec\\u0007")
                        .hasSize(RecentWarnings.MAX_CHARS));
    }
}
