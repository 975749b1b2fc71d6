package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.testing.client.RawWebSocket;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Clients that read nothing: all their unread bytes count, and they are closed. */
@Tag("waiting")
class UnreadIT {
    private static final int MEMBERS = 20;

    private final TestNode node = TestNode.start(Map.of(
            "PRESENCE_MAX_BUFFERED_MB", "2",
            "PRESENCE_SLOW_READER_MS", "3000",
            "PRESENCE_GRACE_MS", "0"));
    private final List<TestClient> members = new ArrayList<>();
    private final List<RawWebSocket> silent = new ArrayList<>();

    @AfterEach
    void stop() {
        silent.forEach(RawWebSocket::close);
        members.forEach(TestClient::close);
        node.close();
    }

    /** Members whose roster has some 80 KiB. */
    private void board() {
        for (int i = 0; i < MEMBERS; i++) {
            TestClient member = TestClient.connect(node.ws());
            member.send(frame -> frame.setJoin(
                    Join.newBuilder().setBoard("large").putState("k", ByteString.copyFrom(new byte[4_000]))));
            members.add(member);
        }
        members.forEach(member -> member.await("all", () -> member.members().size() == MEMBERS));
    }

    private void observeUnread() {
        RawWebSocket socket = new RawWebSocket(node.publicPort(), 4_096);
        socket.send(ClientFrame.newBuilder()
                .setJoin(Join.newBuilder().setBoard("large").setObserver(true))
                .build());
        silent.add(socket);
    }

    @Test
    void unreadRostersCountAndAreBounded() {
        board();
        for (int i = 0; i < 300; i++) {
            observeUnread();
        }
        await().untilAsserted(
                        () -> assertThat(node.metric("presence_buffered_bytes")).isPositive());
        // The frame being written when the bound is reached exceeds it: one part of a roster per event loop.
        assertThat(node.metric("presence_buffered_bytes")).isLessThan((2 << 20) + 256 * 1_024);
        try (TestClient good = TestClient.join(node.ws(), "large", "good")) {
            good.await("all", () -> good.members().size() == MEMBERS + 1);
            good.cursor(1, 2);
            members.get(0).awaitCursor("good", 1, 2);
        }
        await().untilAsserted(() -> assertThat(node.metric("presence_closed_total{reason=\"slow_consumer\"}"))
                .isGreaterThan(30));
        members.forEach(member -> assertThat(member.closeCode()).isEqualTo(-1));
    }

    @Test
    void aClientThatReadsNothingForTooLongIsClosed() {
        board();
        observeUnread();
        await().untilAsserted(
                        () -> assertThat(node.metric("presence_buffered_bytes")).isPositive());
        await().untilAsserted(() -> assertThat(node.metric("presence_closed_total{reason=\"slow_consumer\"}"))
                .isEqualTo(1));
        await().untilAsserted(
                        () -> assertThat(node.metric("presence_buffered_bytes")).isZero());
    }
}
