package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.testing.LogCapture;
import presence.testing.client.RawHttp;

/** Input of clients in the log contains no control characters that a terminal would execute. */
class PublicHttpLogTest {
    @Test
    void anOriginWithTerminalControlsIsLoggedWithoutThem() {
        EmbeddedConnection connection = new EmbeddedConnection();
        try (LogCapture log = LogCapture.of(PublicHttpHandler.class)) {
            // C1: one character that begins an escape sequence.
            connection.receive(RawHttp.upgrade("http://evil.example\u009b31m"), new Random(1));
            assertThat(log.lines()).singleElement().satisfies(line -> {
                assertThat(line).contains("origin refused").contains("evil.example");
                assertThat(line.chars().filter(Character::isISOControl).count()).isZero();
            });
        }
        connection.end();
    }
}
