package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import presence.testing.client.RawHttp;

/** Floods: much data at once, and data that arrives while the connection is being closed. */
class FloodTest {
    private static final int CLOSE = 0x88;
    private final Random random = new Random(1);
    private final EmbeddedConnection connection = new EmbeddedConnection();

    private static byte[] text(int size) {
        byte[] frame = new byte[8 + size];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) 0xfe;
        frame[2] = (byte) (size >> 8);
        frame[3] = (byte) size;
        return frame;
    }

    private void closeBySendingText() {
        connection.receive(RawHttp.upgrade("http://localhost:8080"), random);
        assertThat(connection.isWebSocket()).isTrue();
        connection.receive(text(1_000), random);
        byte[] answer = connection.answer();
        String end = new String(answer, StandardCharsets.ISO_8859_1);
        assertThat(end).endsWith("binary frames only");
        assertThat(answer[answer.length - "binary frames only".length() - 4] & 0xff)
                .isEqualTo(CLOSE);
    }

    @Test
    void aClosedOneIsReadUntilTheAnswerToTheCloseHasCome() {
        closeBySendingText();
        connection.receive(text(1_500), random);
        assertThat(connection.isBeingRead()).isTrue();
        connection.receive(new byte[] {(byte) CLOSE, (byte) 0x80, 0, 0, 0, 0}, random);
        assertThat(connection.isOpen()).isFalse();
        connection.end();
    }

    @Test
    void messagesReadTogetherAreAnsweredTogether() {
        connection.receive(RawHttp.upgrade("http://localhost:8080"), random);
        connection.answer();
        byte[] pings = new byte[50 * 6];
        for (int at = 0; at < pings.length; at += 6) {
            pings[at] = (byte) 0x89;
            pings[at + 1] = (byte) 0x80;
        }
        assertThat(connection.receiveAtOnce(pings)).isEqualTo(1);
        connection.end();
    }

    @Test
    void aHandshakeEndsInTimeAlsoOnALoopThatIsLate() {
        connection.receive("GET /ws".getBytes(StandardCharsets.US_ASCII), random);
        connection.passAtOnce();
        assertThat(connection.isOpen()).isFalse();
        connection.end();
    }

    @Test
    void aClosedOneIsNotReadForEver() {
        closeBySendingText();
        byte[] flood = new byte[70_000];
        for (int at = 0; at < flood.length; at += 1_508) {
            System.arraycopy(text(1_500), 0, flood, at, Math.min(1_508, flood.length - at));
        }
        connection.receive(flood, random);
        assertThat(connection.isOpen()).isTrue();
        assertThat(connection.isBeingRead()).isFalse();
        connection.passLong();
        assertThat(connection.isOpen()).isFalse();
        connection.end();
    }
}
