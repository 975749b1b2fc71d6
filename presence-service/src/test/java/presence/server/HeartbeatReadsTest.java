package presence.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import presence.testing.client.RawHttp;

class HeartbeatReadsTest {
    private static final byte[] HEARTBEAT = frame(0x82, 0x3a, 2, 8, 1);
    private static final byte[] PING = frame(0x89);
    private static final byte[] PONG = frame(0x8a);
    private static final byte[] CURSOR = frame(0x82, 0x22, 0);

    private final EmbeddedConnection connection = new EmbeddedConnection();

    /** Masked with zeros. */
    private static byte[] frame(int first, int... payload) {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        for (int i = 0; i < payload.length; i++) {
            frame[6 + i] = (byte) payload[i];
        }
        return frame;
    }

    @BeforeEach
    void connect() {
        connection.receive(RawHttp.upgrade("http://localhost:8080"), new Random(1));
        assertThat(connection.isWebSocket()).isTrue();
    }

    @AfterEach
    void end() {
        connection.end();
    }

    private long countedFor(byte[]... frames) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            read.writeBytes(frame);
        }
        long before = connection.heartbeatReads();
        connection.receiveAtOnce(read.toByteArray());
        return connection.heartbeatReads() - before;
    }

    @Test
    void countsAReadOfHeartbeatsPingsAndPongsOnce() {
        assertThat(countedFor(HEARTBEAT)).isEqualTo(1);
        assertThat(countedFor(PING, PONG, HEARTBEAT)).isEqualTo(1);
    }

    @Test
    void countsNoReadWithAnotherFrame() {
        assertThat(connection.heartbeatReads()).isZero();
        assertThat(countedFor(CURSOR)).isZero();
        assertThat(countedFor(HEARTBEAT, CURSOR)).isZero();
        assertThat(countedFor(CURSOR, PONG)).isZero();
        assertThat(countedFor(HEARTBEAT)).isEqualTo(1);
    }

    @Test
    void countsNoReadOfAPartOfAFrame() {
        assertThat(countedFor(new byte[] {(byte) 0x82})).isZero();
    }
}
