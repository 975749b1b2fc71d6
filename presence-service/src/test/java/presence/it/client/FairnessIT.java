package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.proto.ClientFrame;
import presence.proto.Join;
import presence.proto.Profile;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.testing.WithRedis;
import presence.testing.client.RawWebSocket;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Clients that read stay connected however much others send at once; clients that do not read are closed. */
@WithRedis
class FairnessIT {
    private static final String SLOW = "presence_closed_total{reason=\"slow_consumer\"}";
    private static final int PORT_BUFFER = 64 * 1_024;

    private static TestNode node;
    private static TestNode other;
    private final List<TestClient> readers = new ArrayList<>();
    private final List<AutoCloseable> rest = new ArrayList<>();

    @BeforeAll
    static void start(TestRedis redis) {
        Map<String, String> settings =
                Map.of("REDIS_URL", redis.url(), "PRESENCE_PREFIX", "presence", "PRESENCE_EVENT_LOOPS", "2");
        node = TestNode.start(settings);
        other = TestNode.start(settings);
    }

    @AfterAll
    static void stop() {
        other.close();
        node.close();
    }

    @AfterEach
    void allReadersAreThereAndGoOn() throws Exception {
        try (TestClient last = TestClient.join(node.ws(), board(), "last")) {
            last.cursor(7, 7);
            for (TestClient reader : readers) {
                reader.awaitCursor("last", 7, 7);
                assertThat(reader.closeCode()).isEqualTo(-1);
                assertThat(reader.complaints()).isEmpty();
            }
        }
        assertThat(node.metric(SLOW) + other.metric(SLOW)).isZero();
        for (AutoCloseable one : rest) {
            one.close();
        }
        readers.forEach(TestClient::close);
    }

    private String board = "";

    private String board() {
        return board;
    }

    private void readersOn(String name, int here, int there) {
        board = name;
        for (int i = 0; i < here; i++) {
            readers.add(TestClient.join(node.ws(), board, "here" + i));
        }
        for (int i = 0; i < there; i++) {
            readers.add(TestClient.join(other.ws(), board, "there" + i));
        }
        readers.forEach(reader -> reader.await("all", () -> reader.names().size() == here + there));
    }

    private RawWebSocket raw() {
        RawWebSocket socket = new RawWebSocket(node.publicPort(), PORT_BUFFER);
        rest.add(socket);
        return socket;
    }

    private ClientFrame join(String name, int stateBytes) {
        return ClientFrame.newBuilder()
                .setJoin(Join.newBuilder()
                        .setBoard(board)
                        .setProfile(Profile.newBuilder().setName(name).setAvatarUrl("https://x/" + "a".repeat(2_000)))
                        .putState("k", ByteString.copyFrom(new byte[stateBytes])))
                .build();
    }

    private static ClientFrame signal(int bytes) {
        return ClientFrame.newBuilder()
                .setId(1)
                .setSignal(SignalSend.newBuilder().setType("large").setPayload(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    @Test
    void seventeenLargeSignalsInOneWriteCloseNoReader() {
        readersOn("signals", 30, 5);
        RawWebSocket sender = raw();
        ClientFrame[] burst = new ClientFrame[17];
        Arrays.fill(burst, signal(16_384));
        sender.send(join("sender", 10));
        double refused = node.metric("presence_limited_total{limit=\"event_bytes\"}");
        readers.get(0).await("sender", () -> readers.get(0).names().contains("sender"));
        // On a busy machine the node may take so long to read one burst that it is within the rate; two are not.
        await("a refused signal")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    boolean isRefused = node.metric("presence_limited_total{limit=\"event_bytes\"}") > refused;
                    if (!isRefused) {
                        sender.send(burst);
                    }
                    return isRefused;
                });
        await().untilAsserted(() -> assertThat(readers.get(0).signals()).hasSizeGreaterThanOrEqualTo(10));
    }

    @Test
    void aBoardPassesOnSoManyBytesOfSignals() {
        readersOn("manysignals", 20, 0);
        ClientFrame[] burst = new ClientFrame[15];
        Arrays.fill(burst, signal(16_384));
        double refused = node.metric("presence_limited_total{limit=\"board_signals\"}");
        for (int i = 0; i < 10; i++) {
            RawWebSocket sender = raw();
            sender.send(join("sender" + i, 10));
            sender.send(burst);
        }
        await().untilAsserted(() -> assertThat(node.metric("presence_limited_total{limit=\"board_signals\"}"))
                .isGreaterThan(refused));
    }

    @Test
    void fortyFiveLargeJoinsAtOnceCloseNoReader() {
        readersOn("joins", 20, 3);
        List<RawWebSocket> crowd = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            crowd.add(raw());
        }
        for (int i = 0; i < crowd.size(); i++) {
            crowd.get(i).send(join("large" + i, 4_000));
        }
        for (TestClient reader : readers) {
            reader.await("all", () -> reader.names().size() == 23 + 45);
        }
    }

    @Test
    void aHundredLargeStatesAtOnceCloseNoReader() {
        readersOn("states", 20, 3);
        List<RawWebSocket> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawWebSocket member = raw();
            member.send(join("m" + i, 1));
            crowd.add(member);
        }
        for (TestClient reader : readers) {
            reader.await("all", () -> reader.names().size() == 123);
        }
        for (int round = 1; round <= 3; round++) {
            ByteString state = ByteString.copyFrom(new byte[3_900 + round]);
            ClientFrame patch = ClientFrame.newBuilder()
                    .setState(StatePatch.newBuilder().putSet("k", state))
                    .build();
            crowd.forEach(member -> member.send(patch));
        }
        for (TestClient reader : readers) {
            reader.await(
                    "the last state of all",
                    () -> reader.members().stream()
                                    .filter(member -> member.getStateMap().containsKey("k")
                                            && member.getStateMap().get("k").size() == 3_903)
                                    .count()
                            == 100);
        }
    }
}
