package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import presence.proto.ClientFrame;
import presence.proto.Error;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.Profile;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.testing.client.Metrics;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Bad input gets its named error or close code; a well-behaved client on the same board is not affected. */
class HostileClientIT {
    private static TestNode node;
    private TestClient bystander;
    private TestClient offender;

    @BeforeAll
    static void start() {
        // Without a limit of bytes: a fast machine reaches it before unread answers are too many.
        node = TestNode.start(Map.of(
                "PRESENCE_MAX_BOARDS", "2",
                "PRESENCE_FRAMES_PER_SECOND", "0",
                "PRESENCE_BYTES_PER_SECOND", "0",
                "PRESENCE_GRACE_MS", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void connect() {
        bystander = TestClient.join(node.ws(), "hostile", "Bystander");
        offender = TestClient.connect(node.ws());
    }

    @AfterEach
    void theBystanderNoticedNothing() {
        try (TestClient friend = TestClient.join(node.ws(), "hostile", "Friend")) {
            bystander.await("friend", () -> bystander.names().contains("Friend"));
            friend.cursor(1, 1);
            bystander.awaitCursor("Friend", 1, 1);
        }
        assertThat(bystander.closeCode()).isEqualTo(-1);
        assertThat(bystander.complaints()).isEmpty();
        bystander.close();
        offender.close();
    }

    @Test
    void aTextFrameClosesWith1003() {
        offender.sendText("hello");
        assertThat(offender.awaitClose()).isEqualTo(1003);
        assertThat(node.metric("presence_closed_total{reason=\"text_frame\"}")).isPositive();
    }

    @Test
    void aTruncatedFrameClosesWith4400() {
        byte[] frame = ClientFrame.newBuilder()
                .setJoin(Join.newBuilder().setBoard("cut"))
                .build()
                .toByteArray();
        offender.sendBytes(java.util.Arrays.copyOf(frame, frame.length - 1));
        assertThat(offender.awaitClose()).isEqualTo(4400);
        assertThat(offender.closeText()).isEqualTo("bad frame");
    }

    @Test
    void anOversizedFrameClosesWith1009() {
        offender.sendBytes(new byte[65_537]);
        assertThat(offender.awaitClose()).isEqualTo(1009);
    }

    @Test
    void anOversizedMessageInFragmentsClosesWith1009() {
        // The fourth exceeds the limit.
        for (int i = 0; i < 4; i++) {
            offender.socket().sendBinary(ByteBuffer.allocate(20_000), false).join();
        }
        assertThat(offender.awaitClose()).isEqualTo(1009);
    }

    @Test
    void aMessageInFragmentsIsOneFrame() {
        byte[] frame = ClientFrame.newBuilder()
                .setJoin(Join.newBuilder().setBoard("pieces"))
                .build()
                .toByteArray();
        for (int i = 0; i < frame.length; i++) {
            offender.socket()
                    .sendBinary(ByteBuffer.wrap(frame, i, 1), i == frame.length - 1)
                    .join();
        }
        offender.await("roster", () -> !offender.members().isEmpty());
    }

    @Test
    void anUnknownKindOfFrameIsRefusedAndItsIdEchoed() {
        // Field 100 exists in no release.
        offender.sendBytes(new byte[] {0x08, 0x07, (byte) 0xa2, 0x06, 0x00});
        Error error = awaitError();
        assertThat(error.getCode()).isEqualTo("unknown_frame");
        assertThat(error.getInReplyTo()).isEqualTo(7);
    }

    @Test
    void framesBeforeAJoinAreRefused() {
        offender.cursor(1, 2);
        assertThat(awaitError().getCode()).isEqualTo("not_joined");
    }

    @Test
    void aFrameForABoardOneIsNotOnIsRefused() {
        offender.join("elsewhere", "Offender");
        refused("not_joined", frame -> frame.setLeave(Leave.newBuilder().setBoardRef(123_456)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "has space", "star*", "{tag}", "tab\t", "back\\slash", "nul\u0000", "question?"})
    void aBadBoardIdIsRefused(String id) {
        refused("board_id_invalid", frame -> frame.setJoin(Join.newBuilder().setBoard(id)));
    }

    @Test
    void anOverlongBoardIdIsRefused() {
        refused("board_id_invalid", frame -> frame.setJoin(Join.newBuilder().setBoard("b".repeat(129))));
    }

    @Test
    void anOverlongNameIsRefused() {
        refused(
                "field_too_long",
                frame -> frame.setJoin(Join.newBuilder()
                        .setBoard("names")
                        .setProfile(Profile.newBuilder().setName("ä".repeat(65)))));
    }

    @Test
    void tooMuchStateIsRefusedAlsoInSmallPatches() {
        offender.join("state", "Offender");
        for (int i = 0; i < 5; i++) {
            String key = "key" + i;
            offender.send(
                    frame -> frame.setState(StatePatch.newBuilder().putSet(key, ByteString.copyFrom(new byte[1_000]))));
        }
        assertThat(awaitError().getCode()).isEqualTo("state_too_large");
    }

    @Test
    void tooLargeASignalIsRefused() {
        offender.join("signal", "Offender");
        refused(
                "signal_too_large",
                frame -> frame.setSignal(SignalSend.newBuilder().setPayload(ByteString.copyFrom(new byte[16_385]))));
    }

    @Test
    void joiningTwiceOrTooManyBoardsIsRefused() {
        offender.join("first", "Offender");
        refused("already_joined", frame -> frame.setJoin(Join.newBuilder().setBoard("first")));
        offender.join("second", "Offender");
        offender.send(frame -> frame.setJoin(Join.newBuilder().setBoard("third")));
        offender.await("second error", () -> offender.errors().size() == 2);
        assertThat(offender.errors().get(1).getCode()).isEqualTo("too_many_boards");
    }

    @Test
    void anObserverSendsNothingToABoard() {
        offender.send(frame -> frame.setJoin(Join.newBuilder().setBoard("watch").setObserver(true)));
        refused("observer", frame -> frame.setSignal(SignalSend.newBuilder().setType("x")));
    }

    @Test
    void aHeartbeatIsAnsweredWithBothTimes() {
        offender.send(frame -> frame.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1234)));
        offender.await(
                "ack",
                () -> offender.frames().stream()
                        .anyMatch(frame -> frame.hasHeartbeatAck()
                                && frame.getHeartbeatAck().getClientTimeMs() == 1234
                                && frame.getHeartbeatAck().getServerTimeMs() > 0));
    }

    @Test
    void aClientThatPingsAndReadsNothingIsClosedWith4008() throws IOException {
        String slow = "presence_closed_total{reason=\"slow_consumer\"}";
        double before = node.metric(slow);
        byte[] heartbeat = {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 0x3a, 0};
        ByteBuffer pings = ByteBuffer.allocate(500 * 131);
        while (pings.hasRemaining()) {
            pings.put(new byte[] {(byte) 0x89, (byte) 0xfd, 0, 0, 0, 0}).put(new byte[125]);
        }
        Socket small = new Socket();
        small.setReceiveBufferSize(4_096);
        try (Socket socket = rawWebSocket(small)) {
            socket.getOutputStream().write(heartbeat);
            for (int i = 0; i < 200 && node.metric(slow) == before; i++) {
                socket.getOutputStream().write(pings.array());
            }
        } catch (SocketException goneAlready) {
            // Expected.
        }
        await().untilAsserted(() -> assertThat(node.metric(slow)).isEqualTo(before + 1));
    }

    @Test
    void anUnmaskedFrameClosesWith1002() throws IOException {
        try (Socket socket = rawWebSocket()) {
            socket.getOutputStream().write(new byte[] {(byte) 0x82, 0x02, 0x22, 0x00});
            assertThat(closeCodeOf(socket)).isEqualTo(1002);
        }
    }

    @Test
    void plainHttpIsAnsweredAndOtherPathsAreNoWebSocket() throws IOException {
        String base = "http://127.0.0.1:" + node.publicPort();
        HttpResponse<String> ws = Metrics.get(base + "/ws");
        assertThat(ws.statusCode()).isEqualTo(426);
        assertThat(Metrics.get(base + "/nothing").statusCode()).isEqualTo(404);
        assertThat(Metrics.get(base + "/demo/..%2f..%2flogback.xml").statusCode())
                .isEqualTo(404);
        assertThat(Metrics.get(base + "/healthz").body()).isEqualTo("ok\n");
        try (Socket socket = new Socket()) {
            handshake(socket, "/elsewhere");
            byte[] head = socket.getInputStream().readNBytes(12);
            assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
        }
    }

    @Test
    void rubbishInsteadOfHttpIsRefused() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", node.publicPort())) {
            socket.getOutputStream().write("\u0016\u0003\u0001rubbish\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    private void refused(String code, Consumer<ClientFrame.Builder> frame) {
        offender.send(builder -> {
            builder.setId(99);
            frame.accept(builder);
        });
        Error error = awaitError();
        assertThat(error.getCode()).isEqualTo(code);
        assertThat(error.getInReplyTo()).isEqualTo(99);
        assertThat(error.getMessage()).isNotBlank();
        assertThat(node.metric("presence_refused_total{code=\"" + code + "\"}")).isPositive();
    }

    private Error awaitError() {
        offender.await("error", () -> !offender.errors().isEmpty());
        assertThat(offender.closeCode()).isEqualTo(-1);
        return offender.errors().get(0);
    }

    private static Socket rawWebSocket() throws IOException {
        return rawWebSocket(new Socket());
    }

    private static Socket rawWebSocket(Socket socket) throws IOException {
        handshake(socket, "/ws");
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");
        return socket;
    }

    private static void handshake(Socket socket, String path) throws IOException {
        URI uri = node.ws();
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads server frames until the close frame. */
    private static int closeCodeOf(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (true) {
            int opcode = in.read() & 0x0f;
            int length = in.read();
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            byte[] payload = in.readNBytes(length);
            if (opcode == 8) {
                return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
            }
        }
    }
}
