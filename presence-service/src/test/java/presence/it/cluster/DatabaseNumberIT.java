package presence.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import presence.cluster.tail.Tail;
import presence.cluster.tail.TailEvent;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.proto.SignalSend;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** Nodes with one prefix on databases of one server, whose channels are common to all databases. */
@WithRedis
class DatabaseNumberIT {
    private static final String BOARD = "board-42";

    private final String url;
    private final String prefix = "t-" + UUID.randomUUID();

    DatabaseNumberIT(TestRedis redis) {
        // SELECT is no right of the documented user.
        url = redis.operatorUrl();
    }

    private TestNode node(int database) {
        return TestNode.on(url + "/" + database, prefix);
    }

    private Tail tail(int database, List<TailEvent> into) throws Exception {
        return Tail.follow(
                ServiceConfig.from(Map.of("REDIS_URL", url + "/" + database, "PRESENCE_PREFIX", prefix))
                        .redis(),
                "",
                into::add,
                notice -> {});
    }

    @Test
    void nodesOnOneDatabaseShareEverythingAndNodesOnTwoShareNothing() throws Exception {
        List<TailEvent> ofZero = new CopyOnWriteArrayList<>();
        List<TailEvent> ofOne = new CopyOnWriteArrayList<>();
        try (Tail zeroTail = tail(0, ofZero);
                Tail oneTail = tail(1, ofOne);
                TestNode zero = node(0);
                TestNode one = node(1);
                TestNode two = node(1);
                TestClient ada = TestClient.join(zero.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(one.ws(), BOARD, "Bob");
                TestClient cleo = TestClient.join(two.ws(), BOARD, "Cleo")) {
            assertThat(zeroTail.pattern()).isEqualTo(prefix + ":*");
            assertThat(oneTail.pattern()).isEqualTo(prefix + ":db1:*");
            bob.awaitNames("Bob", "Cleo");
            cleo.awaitNames("Bob", "Cleo");
            bob.send(frame ->
                    frame.setSignal(SignalSend.newBuilder().setType("wave").setPayload(ByteString.copyFromUtf8("hi"))));
            cleo.await("wave", () -> !cleo.signals().isEmpty());
            await().until(() -> zero.metric("presence_echoes_dropped_total") > 3
                    && two.metric("presence_envelopes_received_total") > 3);
            await().until(() -> kinds(ofOne).contains("signal") && kinds(ofZero).contains("delta"));
            ada.awaitNames("Ada");
            assertThat(zero.metric("presence_envelopes_received_total")).isZero();
            assertThat(kinds(ofZero)).doesNotContain("signal");
        }
    }

    private static List<String> kinds(List<TailEvent> events) {
        return events.stream().map(TailEvent::kind).toList();
    }

    @Test
    void aClusterHasNoOtherDatabaseThanZero() {
        assertThatThrownBy(() -> TestNode.on("redis://127.0.0.1:1,127.0.0.1:2/3", prefix))
                .hasCauseInstanceOf(ConfigException.class)
                .hasMessageContaining("leave the number away");
    }
}
