package presence.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    /** Sun, 06 Nov 1994 08:49:37 GMT. */
    private static final long NOW_MS = 784_111_777_000L;

    private final Backoff backoff = new Backoff(new Random(1));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | 90                            | 90000",
                "429 | 90                            | 90000",
                "503 | Sun, 06 Nov 1994 08:51:07 GMT | 90000",
                // The other two formats of a date that HTTP knows.
                "503 | Sunday, 06-Nov-94 08:51:07 GMT | 90000",
                "503 | Sun Nov  6 08:51:07 1994      | 90000",
                "503 | 601                           | 600000",
                "503 | 99999999999999999999999999    | 600000",
                "503 | Sun, 06 Nov 2094 08:51:07 GMT | 600000",
            })
    void isWhatTheReceiverAsksFor(int status, String retryAfter, long pauseMs) {
        assertThat(backoff.pauseMs(0, new Reply(status, retryAfter), NOW_MS)).isEqualTo(pauseMs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | 90",
                "503 | ''",
                "503 | 0",
                "503 | -90",
                "503 | 1.5e3",
                "503 | soon",
                "503 | Sun, 06 Nov 1994 08:49:07 GMT",
                "503 | Sun, 66 Nov 1994 08:51:07 GMT",
            })
    void isItsOwnWhereTheReceiverAsksForNone(int status, String retryAfter) {
        assertThat(backoff.pauseMs(0, new Reply(status, retryAfter), NOW_MS)).isBetween(800L, 1_200L);
    }

    @Test
    void isNoShorterThanItsOwn() {
        assertThat(backoff.pauseMs(8, new Reply(503, "1"), NOW_MS)).isBetween(204_800L, 307_200L);
        assertThat(backoff.pauseMs(40, null, NOW_MS)).isBetween(480_000L, 720_000L);
    }
}
