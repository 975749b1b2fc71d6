package presence.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void visibleCharactersAreUnchanged() {
        String text = "Ada \"é\" 你好 🦊 👩\u200d🚀 \\ ~";
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(Printable.of("a\u001b[2Jb\r\n\u0007\u007f\u009b1m\u202e\u2028\ud83d"))
                .isEqualTo("a\\u001b[2Jb\\u000d\\u000a\\u0007\\u007f\\u009b1m\\u202e\\u2028\\ud83d");
    }

    @Test
    void bothHalvesOfASurrogatePairAreEscaped() {
        assertThat(Printable.of(Character.toString(0xE0001))).isEqualTo("\\udb40\\udc01");
    }
}
