package presence.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import presence.proto.ClientFrame;
import presence.proto.Error;
import presence.proto.Heartbeat;
import presence.proto.Join;
import presence.proto.Leave;
import presence.proto.React;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.proto.Unlock;
import presence.testing.WithRedis;
import presence.testing.client.Metrics;
import presence.testing.client.RawHttp;
import presence.testing.client.TestClient;
import presence.testing.crypto.Tokens;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** A client that exceeds a limit, and only it, is refused with the time to wait. */
@WithRedis
class LimitsIT {
    private static final int RATE_LIMITED = 4429;
    private static final int FULL = 1013;

    private final TestRedis redis;

    LimitsIT(TestRedis redis) {
        this.redis = redis;
    }

    private static double limited(TestNode node, String limit) {
        return Metrics.read(node.opsPort(), "presence_limited_total{limit=\"" + limit + "\"}");
    }

    private static Error theError(TestClient client) {
        client.await("an error", () -> !client.errors().isEmpty());
        Error error = client.errors().get(0);
        assertThat(error.getCode()).isEqualTo("rate_limited");
        assertThat(error.getRetryAfterMs()).isPositive();
        return error;
    }

    /** Sends until the connection is closed; another client on the same board is not affected. */
    private static void endsWithoutHarm(TestNode node, String limit, Consumer<TestClient> flood) {
        try (TestClient bystander = TestClient.join(node.ws(), "limits", "Bystander");
                TestClient offender = TestClient.join(node.ws(), "limits", "Offender")) {
            flood.accept(offender);
            assertThat(offender.awaitClose()).isEqualTo(RATE_LIMITED);
            assertThat(theError(offender).getMessage()).startsWith("more than ");
            assertThat(limited(node, limit)).isEqualTo(1);
            bystander.awaitNames("Bystander");
            assertThat(bystander.closeCode()).isEqualTo(-1);
            assertThat(bystander.complaints()).isEmpty();
        }
    }

    @Test
    void aNodeHasSoManyBoardsAtMostAndEmptyOnesGiveWay() {
        try (TestNode node = with("PRESENCE_MAX_NODE_BOARDS", "8");
                TestClient client = TestClient.connect(node.ws())) {
            for (int i = 0; i < 7; i++) {
                String board = "b" + i;
                client.send(frame -> frame.setJoin(Join.newBuilder().setBoard(board)));
            }
            client.await("seven boards", () -> node.metric("presence_joins_total") == 7);
            try (TestClient wanderer = TestClient.connect(node.ws())) {
                for (int i = 0; i < 15; i++) {
                    String board = "empty" + i;
                    wanderer.send(frame -> frame.setJoin(Join.newBuilder().setBoard(board)));
                    wanderer.send(frame -> frame.setLeave(Leave.getDefaultInstance()));
                    await("it was dropped").until(() -> node.metric("presence_boards_lingering") <= 1);
                    await().until(() -> node.metric("presence_boards") <= 8);
                }
                wanderer.await("it left all", () -> node.metric("presence_members_local") == 7);
            }
            await("all boards linger without members")
                    .until(() -> node.metric("presence_boards") - node.metric("presence_boards_lingering") == 7);
            try (TestClient eighth = TestClient.connect(node.ws());
                    TestClient ninth = TestClient.connect(node.ws())) {
                await("the eighth has room").until(() -> {
                    eighth.send(frame -> frame.setJoin(Join.newBuilder().setBoard("b7")));
                    return eighth.isComplete();
                });
                ninth.send(frame -> frame.setId(4).setJoin(Join.newBuilder().setBoard("b8")));
                ninth.await("an error", () -> !ninth.errors().isEmpty());
                Error error = ninth.errors().get(0);
                assertThat(error.getCode()).isEqualTo("node_full");
                assertThat(error.getRetryAfterMs()).isPositive();
                assertThat(error.getInReplyTo()).isEqualTo(4);
                assertThat(limited(node, "boards")).isPositive();
                assertThat(ninth.closeCode()).as("the connection stays").isEqualTo(-1);
                ninth.send(frame -> frame.setJoin(Join.newBuilder().setBoard("b0")));
                ninth.await("a board that is there", ninth::isComplete);
            }
        }
    }

    private static TestNode with(String setting, String value) {
        return TestNode.start(Map.of(setting, value, "PRESENCE_GRACE_MS", "0"));
    }

    @Test
    void aFloodOfFramesEndsItsSender() {
        try (TestNode node = with("PRESENCE_FRAMES_PER_SECOND", "50")) {
            endsWithoutHarm(node, "frames", offender -> {
                for (int i = 0; i < 2_000 && offender.closeCode() < 0; i++) {
                    offender.cursor(i, i);
                }
            });
        }
    }

    @Test
    void aFloodOfPingsEndsItsSender() {
        try (TestNode node = with("PRESENCE_FRAMES_PER_SECOND", "50")) {
            endsWithoutHarm(node, "frames", offender -> {
                for (int i = 0; i < 10_000 && offender.closeCode() < 0; i++) {
                    offender.socket()
                            .sendPing(ByteBuffer.allocate(1))
                            .exceptionally(closed -> null)
                            .join();
                }
            });
        }
    }

    @Test
    void aFloodOfBytesEndsItsSender() {
        try (TestNode node = with("PRESENCE_BYTES_PER_SECOND", "65536")) {
            endsWithoutHarm(node, "bytes", offender -> {
                for (int i = 0; i < 40 && offender.closeCode() < 0; i++) {
                    offender.send(frame -> frame.setSignal(
                            SignalSend.newBuilder().setType("x").setPayload(ByteString.copyFrom(new byte[15_000]))));
                }
            });
        }
    }

    @Test
    void unfinishedMessagesOfAllTogetherAreBounded() {
        byte[] most = new byte[60_000];
        try (TestNode node = with("PRESENCE_MAX_BUFFERED_MB", "1");
                TestClient bystander = TestClient.join(node.ws(), "limits", "Bystander")) {
            List<TestClient> holders = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                TestClient holder = TestClient.connect(node.ws());
                holders.add(holder);
                holder.socket().sendBinary(ByteBuffer.wrap(most), false).join();
            }
            await("excess is refused").until(() -> limited(node, "buffers") >= 10);
            await("they are closed").until(() -> node.metric("presence_connections") <= 21);
            assertThat(holders)
                    .filteredOn(holder -> holder.closeCode() >= 0)
                    .isNotEmpty()
                    .allSatisfy(holder -> {
                        assertThat(holder.awaitClose()).isEqualTo(FULL);
                        assertThat(theError(holder).getMessage()).contains("unfinished messages");
                    });
            await().untilAsserted(() ->
                    assertThat(node.metric("presence_buffered_bytes")).isBetween(900e3, (double) (1 << 20)));

            ByteBuffer small = ByteBuffer.wrap(ClientFrame.newBuilder()
                    .setState(StatePatch.newBuilder().putSet("tool", ByteString.copyFromUtf8("pen")))
                    .build()
                    .toByteArray());
            bystander.socket().sendBinary(small.slice(0, 5), false).join();
            bystander
                    .socket()
                    .sendBinary(small.slice(5, small.limit() - 5), true)
                    .join();
            bystander.await(
                    "a small message gets through in pieces",
                    () -> bystander.self() != null && bystander.self().containsState("tool"));

            holders.forEach(TestClient::abort);
            await("nothing is buffered").until(() -> node.metric("presence_buffered_bytes") == 0);
            assertThat(bystander.closeCode()).isEqualTo(-1);
        }
    }

    @Test
    void unreadBytesOfAllSlowReadersAreBounded() throws IOException {
        Map<String, String> settings = Map.of(
                "PRESENCE_MAX_BUFFERED_MB", "1",
                "PRESENCE_RELIABLE_LANE_BYTES", "67108864",
                "PRESENCE_FRAMES_PER_SECOND", "0",
                "PRESENCE_BYTES_PER_SECOND", "0",
                "PRESENCE_GRACE_MS", "0");
        byte[] pings = new byte[131 * 1_000];
        for (int at = 0; at < pings.length; at += 131) {
            pings[at] = (byte) 0x89;
            pings[at + 1] = (byte) (0x80 | 125);
        }
        try (TestNode node = TestNode.start(settings);
                TestClient bystander = TestClient.join(node.ws(), "limits", "Bystander");
                Socket unread = new Socket("127.0.0.1", node.ws().getPort())) {
            unread.getOutputStream().write(RawHttp.upgrade("http://localhost"));
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> pingUntilClosed(unread, pings));
            await("the reader that does not read is closed")
                    .until(() -> node.metric("presence_closed_total{reason=\"slow_consumer\"}") == 1);
            assertThat(limited(node, "buffers")).isEqualTo(1);
            await("nothing is buffered").until(() -> node.metric("presence_buffered_bytes") == 0);
            assertThat(bystander.closeCode()).isEqualTo(-1);
            flood.join();
        }
    }

    private static void pingUntilClosed(Socket socket, byte[] pings) {
        try {
            while (true) {
                socket.getOutputStream().write(pings);
            }
        } catch (IOException closed) {
            // Expected.
            return;
        }
    }

    /** Sends eight of a frame of which two a second are allowed, so four at once. */
    private static void fourPass(TestNode node, String limit, Consumer<ClientFrame.Builder> frame) {
        try (TestClient eager = TestClient.join(node.ws(), "limits", "Eager")) {
            for (int i = 1; i <= 8; i++) {
                int id = i;
                eager.send(builder -> frame.accept(builder.setId(id)));
            }
            eager.send(builder -> builder.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));
            eager.await("the answer", () -> eager.frames().stream().anyMatch(any -> any.hasHeartbeatAck()));
            assertThat(theError(eager).getMessage()).startsWith("more than 2 ");
            assertThat(eager.errors()).extracting(Error::getInReplyTo).contains(8);
            // On a slow machine one more may pass meanwhile.
            assertThat(eager.errors()).hasSizeBetween(3, 4);
            assertThat(limited(node, limit)).isEqualTo(eager.errors().size());
            assertThat(eager.closeCode()).as("the connection stays").isEqualTo(-1);
        }
    }

    @Test
    void signalsBeyondTheLimitAreRefused() {
        try (TestNode node = with("PRESENCE_SIGNALS_PER_SECOND", "2")) {
            fourPass(
                    node,
                    "signals",
                    frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
        }
    }

    @Test
    void reactionsBeyondTheLimitAreRefused() {
        try (TestNode node = with("PRESENCE_REACTIONS_PER_SECOND", "2")) {
            fourPass(
                    node,
                    "reactions",
                    frame -> frame.setReact(React.newBuilder().setType("heart")));
        }
    }

    @Test
    void locksBeyondTheLimitAreRefused() {
        try (TestNode node = with("PRESENCE_LOCKS_PER_SECOND", "2")) {
            fourPass(node, "locks", frame -> frame.setUnlock(Unlock.newBuilder().setName("shape")));
        }
    }

    @Test
    void statePatchesBeyondTheLimitAreRefused() {
        try (TestNode node = with("PRESENCE_STATES_PER_SECOND", "2")) {
            fourPass(
                    node,
                    "states",
                    frame -> frame.setState(StatePatch.newBuilder().addUnset("x")));
        }
    }

    @Test
    void joinsBeyondTheLimitAreRefused() {
        try (TestNode node = with("PRESENCE_JOINS_PER_SECOND", "2");
                TestClient eager = TestClient.connect(node.ws())) {
            for (int i = 1; i <= 8; i++) {
                int id = i;
                eager.send(frame -> frame.setId(id).setJoin(Join.newBuilder().setBoard("b" + id)));
            }
            eager.send(builder -> builder.setHeartbeat(Heartbeat.newBuilder().setClientTimeMs(1)));
            eager.await("the answer", () -> eager.frames().stream().anyMatch(any -> any.hasHeartbeatAck()));
            assertThat(theError(eager).getMessage()).isEqualTo("more than 2 joins a second");
            assertThat(limited(node, "joins")).isBetween(3.0, 4.0);
        }
    }

    @Test
    void aFullNodeSaysSo() {
        try (TestNode node = with("PRESENCE_MAX_CONNECTIONS", "1");
                TestClient first = TestClient.connect(node.ws());
                TestClient second = TestClient.connect(node.ws())) {
            assertThat(second.awaitClose()).isEqualTo(FULL);
            assertThat(theError(second).getMessage()).isEqualTo("this node has reached its limit of connections");
            assertThat(limited(node, "connections")).isEqualTo(1);
            first.close();
            await().until(() -> node.metric("presence_connections") == 0);
            try (TestClient third = TestClient.connect(node.ws())) {
                assertThat(third.closeCode()).isEqualTo(-1);
            }
        }
    }

    @Test
    void anAddressMayHaveSoManyConnections() throws IOException {
        try (TestNode node = with("PRESENCE_MAX_CONNECTIONS_PER_ADDRESS", "2");
                TestClient first = TestClient.connect(node.ws());
                TestClient second = TestClient.connect(node.ws())) {
            try (TestClient third = TestClient.connect(node.ws())) {
                assertThat(third.awaitClose()).isEqualTo(RATE_LIMITED);
                assertThat(theError(third).getMessage()).isEqualTo("too many connections from your address");
            }
            List<Socket> many = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                many.add(RawHttp.connect(node.publicPort()));
            }
            // Which of them are closed is not determined: several event loops accept them.
            await("all but 16 are refused").until(() -> limited(node, "address") >= 1 + 40 - 16);
            await("closed without a code")
                    .until(() -> many.stream().filter(RawHttp::isEnded).count() >= 40 - 16);
            for (Socket socket : many) {
                socket.close();
            }
            assertThat(first.closeCode()).isEqualTo(-1);
            first.close();
            await("room again").ignoreExceptions().until(() -> {
                try (TestClient next = TestClient.connect(node.ws())) {
                    return next.closeCode() < 0;
                }
            });
            assertThat(second.closeCode()).isEqualTo(-1);
        }
    }

    @Test
    void soManyHandshakesMayBeUnderWay() throws IOException {
        // One event loop serves connections in order.
        try (TestNode node = TestNode.start(Map.of(
                        "PRESENCE_EVENT_LOOPS",
                        "1",
                        "PRESENCE_MAX_HANDSHAKES",
                        "2",
                        "PRESENCE_HANDSHAKE_TIMEOUT_MS",
                        "1000"));
                Socket one = RawHttp.connect(node.publicPort());
                Socket two = RawHttp.connect(node.publicPort());
                Socket three = RawHttp.connect(node.publicPort())) {
            assertThat(RawHttp.answer(three)).as("closed unread").isEmpty();
            assertThat(limited(node, "handshakes")).isEqualTo(1);
            // The others time out, and there is room again.
            assertThat(RawHttp.answer(one)).isEmpty();
            assertThat(RawHttp.answer(two)).isEmpty();
            try (TestClient next = TestClient.connect(node.ws())) {
                assertThat(next.closeCode()).isEqualTo(-1);
            }
        }
    }

    @Test
    void silentConnectionsOfOneAddressDoNotRefuseOthers() throws IOException {
        try (TestNode node =
                TestNode.start(Map.of("PRESENCE_MAX_HANDSHAKES", "100", "PRESENCE_MAX_HANDSHAKES_PER_ADDRESS", "20"))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                silent.add(RawHttp.connect(node.publicPort(), "127.0.0.2"));
            }
            await("all but 20 are refused").until(() -> limited(node, "handshakes_address") == 180);
            await("closed unread")
                    .until(() -> silent.stream().filter(RawHttp::isEnded).count() == 180);
            assertThat(node.metric("presence_handshakes")).isEqualTo(20);
            try (TestClient elsewhere = TestClient.join(node.ws(), "b", "Elsewhere")) {
                assertThat(elsewhere.complaints()).isEmpty();
            }
            assertThat(limited(node, "handshakes")).isZero();
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** Started handshakes count. */
    private static int secondsSince(long nanos) {
        return 1 + (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
    }

    @Test
    void handshakesHaveARate() throws IOException {
        try (TestNode node = with("PRESENCE_HANDSHAKES_PER_SECOND", "1")) {
            long started = System.nanoTime();
            List<TestClient> clients = new ArrayList<>();
            await("one too many").until(() -> {
                clients.add(TestClient.connect(node.ws()));
                return limited(node, "handshake_rate") > 0;
            });
            // Two seconds' worth at once, and the permits added meanwhile.
            assertThat(clients.size() - 1).isLessThanOrEqualTo(2 + secondsSince(started));
            TestClient last = clients.get(clients.size() - 1);
            assertThat(last.awaitClose()).isEqualTo(RATE_LIMITED);
            assertThat(theError(last).getMessage()).isEqualTo("too many connections at once");
            assertThat(clients.get(0).closeCode()).isEqualTo(-1);
            double told = limited(node, "handshake_rate");
            List<Socket> many = new ArrayList<>();
            await("closed unread").until(() -> {
                many.add(RawHttp.connect(node.publicPort()));
                return many.stream().anyMatch(RawHttp::isEnded);
            });
            long most = 2L * (2 + secondsSince(started));
            await("no more than that").until(() -> {
                long open =
                        many.stream().filter(socket -> !RawHttp.isEnded(socket)).count();
                return clients.size() + open <= most;
            });
            assertThat(limited(node, "handshake_rate")).isGreaterThan(told);
            for (Socket socket : many) {
                socket.close();
            }
            clients.forEach(TestClient::close);
        }
    }

    // ---- joins of a user ----

    private static final String UNCOUNTED = "presence_joins_uncounted_total";

    private TestNode node(String prefix) {
        return TestNode.start(Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                prefix,
                "PRESENCE_AUTH",
                "jwt",
                "PRESENCE_JWT_SECRET",
                Tokens.SECRET,
                "PRESENCE_JOINS_PER_MINUTE",
                "3"));
    }

    @Test
    void oneUserCannotFillABoard() {
        try (TestNode node = TestNode.start(Map.of(
                        "PRESENCE_AUTH",
                        "jwt",
                        "PRESENCE_JWT_SECRET",
                        Tokens.SECRET,
                        "PRESENCE_MAX_BOARD_MEMBERS",
                        "4",
                        "PRESENCE_MAX_USER_BOARD_MEMBERS",
                        "3"));
                TestClient first = enter(node, "ada", "b");
                TestClient second = enter(node, "ada", "b");
                TestClient third = enter(node, "ada", "b");
                TestClient fourth = enter(node, "ada", "b");
                TestClient bob = enter(node, "bob", "b");
                TestClient cleo = enter(node, "cleo", "b")) {
            assertThat(List.of(first, second, third, bob)).allMatch(TestClient::isComplete);
            Error error = fourth.errors().get(0);
            assertThat(error.getCode()).isEqualTo("too_many_sessions");
            assertThat(error.getRetryAfterMs()).isPositive();
            assertThat(error.getInReplyTo()).isEqualTo(9);
            assertThat(fourth.closeCode()).as("the connection stays").isEqualTo(-1);
            assertThat(cleo.errors().get(0).getCode()).isEqualTo("board_full");
            assertThat(node.metric("presence_refused_total{code=\"too_many_sessions\"}"))
                    .isEqualTo(1);
            assertThat(node.metric("presence_refused_total{code=\"board_full\"}"))
                    .isEqualTo(1);
            // At the limit of one board the user may still join another.
            fourth.send(frame -> frame.setJoin(Join.newBuilder().setBoard("other")));
            fourth.await("another board", fourth::isComplete);
        }
    }

    private static TestClient enter(TestNode node, String user, String board) {
        TestClient client = TestClient.connect(node.ws(), Tokens.of(user));
        client.send(frame -> frame.setId(9).setJoin(Join.newBuilder().setBoard(board)));
        client.await("an answer", () -> client.isComplete() || !client.errors().isEmpty());
        return client;
    }

    @Test
    void aUserMayJoinSoOftenOnAllNodesTogether() {
        String prefix = "t-" + UUID.randomUUID();
        try (TestNode one = node(prefix);
                TestNode two = node(prefix)) {
            for (TestNode node : List.of(one, two, one)) {
                try (TestClient client = enter(node, "ada", "b")) {
                    assertThat(client.isComplete()).isTrue();
                }
            }
            // A join whose count takes Redis too long is accepted.
            double uncounted = one.metric(UNCOUNTED) + two.metric(UNCOUNTED);
            for (int i = 0; i < uncounted; i++) {
                enter(one, "ada", "b").close();
            }
            try (TestClient ada = enter(two, "ada", "b");
                    TestClient bob = enter(two, "bob", "b")) {
                Error error = theError(ada);
                assertThat(error.getInReplyTo()).isEqualTo(9);
                assertThat(error.getMessage())
                        .isEqualTo("this user has joined too often: 0 joins remain, the next in "
                                + error.getRetryAfterMs() + " ms");
                assertThat(error.getRetryAfterMs()).isBetween(1, 60_000);
                assertThat(ada.closeCode()).as("the connection stays").isEqualTo(-1);
                assertThat(limited(two, "joins")).isEqualTo(1);
                assertThat(bob.isComplete()).isTrue();
            }
        }
    }

    @Test
    void framesBehindAJoinWaitForIt() {
        try (TestNode node = node("t-" + UUID.randomUUID());
                TestClient bob = enter(node, "bob", "b");
                TestClient ada = TestClient.connect(node.ws(), Tokens.of("ada"))) {
            ada.send(frame -> frame.setJoin(Join.newBuilder().setBoard("b")));
            ada.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
            bob.await("the signal", () -> !bob.signals().isEmpty());
            assertThat(ada.errors()).isEmpty();
        }
    }
}
