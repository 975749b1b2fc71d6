package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;
import presence.testing.client.RawHttp;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** A client that does not send an expected frame in time is closed; an idle client is not. */
@Tag("waiting")
class SilentClientIT {
    private static final int TIMED_OUT = 4408;
    private static final String SILENT = "presence_closed_total{reason=\"heartbeat_timeout\"}";

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of(
                "PRESENCE_HANDSHAKE_TIMEOUT_MS", "2000",
                "PRESENCE_FIRST_FRAME_TIMEOUT_MS", "2000",
                "PRESENCE_HEARTBEAT_MS", "1000",
                "PRESENCE_GRACE_MS", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Socket webSocket() throws IOException {
        Socket socket = RawHttp.connect(node.publicPort());
        socket.getOutputStream().write(RawHttp.upgrade("http://localhost"));
        assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 101");
        return socket;
    }

    @Test
    void aClientWithoutAFirstFrameIsClosedAtTheTimeout() {
        try (TestClient mute = TestClient.connect(node.ws())) {
            assertThat(mute.awaitClose()).isEqualTo(TIMED_OUT);
        }
    }

    @Test
    void aClientThatAnswersNoPingIsClosedAndOneThatDoesIsNot() throws IOException {
        try (TestClient quiet = TestClient.join(node.ws(), "silence", "Quiet");
                Socket socket = webSocket()) {
            double before = node.metric(SILENT);
            // A masked join, then silence: pings stay unanswered.
            byte[] join = ClientFrame.newBuilder()
                    .setJoin(Join.newBuilder()
                            .setBoard("silence")
                            .setProfile(Profile.newBuilder().setName("Silent")))
                    .build()
                    .toByteArray();
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {(byte) 0x82, (byte) (0x80 | join.length), 0, 0, 0, 0});
            out.write(join);
            out.flush();
            quiet.await("silent one", () -> quiet.joinedSeen() == 1);
            quiet.await("silent one is gone", () -> quiet.leftSeen() == 1);
            assertThat(node.metric(SILENT)).isEqualTo(before + 1);
            // It has been idle for longer, but its WebSocket answers pings.
            assertThat(quiet.closeCode()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a long frame, byte by byte", "fragments without end"})
    void anUnfinishedMessageIsSilence(String how) throws IOException {
        byte[] heartbeat = {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 0x3a, 0};
        boolean fragments = how.startsWith("fragments");
        // A binary frame of 60,000 bytes, or the first fragment of a message.
        byte[] begin = fragments
                ? new byte[] {0x02, (byte) 0x80, 0, 0, 0, 0}
                : new byte[] {(byte) 0x82, (byte) 0xfe, (byte) 0xea, 0x60, 0, 0, 0, 0};
        byte[] more = fragments ? new byte[] {0x00, (byte) 0x81, 0, 0, 0, 0, 7} : new byte[] {7};
        double before = node.metric(SILENT);
        try (Socket socket = webSocket()) {
            socket.getOutputStream().write(heartbeat);
            socket.getOutputStream().write(begin);
            await().pollInterval(Duration.ofMillis(20)).until(() -> isClosed(socket, more));
        }
        assertThat(node.metric(SILENT)).isEqualTo(before + 1);
    }

    private static boolean isClosed(Socket socket, byte[] more) throws IOException {
        try {
            socket.getOutputStream().write(more);
            return false;
        } catch (SocketException closed) {
            return true;
        }
    }

    @Test
    void aHandshakeThatNeverEndsIsCutOff() throws IOException {
        double before = node.metric("presence_handshake_timeouts_total");
        try (Socket socket = RawHttp.connect(node.publicPort())) {
            socket.getOutputStream().write("GET /ws HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawHttp.answer(socket)).isEmpty();
        }
        await().until(() -> node.metric("presence_handshake_timeouts_total") == before + 1);
    }
}
