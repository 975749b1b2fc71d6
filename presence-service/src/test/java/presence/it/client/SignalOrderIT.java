package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.proto.MemberUpdate;
import presence.proto.ServerFrame;
import presence.proto.SignalSend;
import presence.proto.StatePatch;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** One order per sender: a signal is seen after the state set before it and before the state set after it, on all nodes. */
@WithRedis
class SignalOrderIT {
    private static final int ROUNDS = 40;

    private final TestNode one;
    private final TestNode two;

    SignalOrderIT(TestRedis redis) {
        Map<String, String> settings =
                Map.of("REDIS_URL", redis.url(), "PRESENCE_PREFIX", "t-" + UUID.randomUUID(), "PRESENCE_GRACE_MS", "0");
        one = TestNode.start(settings);
        two = TestNode.start(settings);
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    @Test
    void statesAndSignalsOfAMemberAreSeenInTheOrderTheyWereSent() {
        try (TestClient ada = TestClient.join(one.ws(), "order", "Ada");
                TestClient near = TestClient.join(one.ws(), "order", "near");
                TestClient far = TestClient.join(two.ws(), "order", "far")) {
            List<TestClient> readers = List.of(near, far);
            readers.forEach(reader -> reader.awaitNames("Ada", "near", "far"));
            List<String> sent = new ArrayList<>();
            for (int i = 1; i <= ROUNDS; i++) {
                String round = Integer.toString(i);
                ada.send(frame -> frame.setState(StatePatch.newBuilder().putSet("k", ByteString.copyFromUtf8(round))));
                ada.send(frame -> frame.setSignal(SignalSend.newBuilder().setType(round)));
                sent.add("state " + round);
                sent.add("signal " + round);
            }
            for (TestClient reader : readers) {
                reader.await("all signals", () -> reader.signals().size() == ROUNDS);
                assertThat(seen(reader)).isEqualTo(sent);
            }
        }
    }

    private static List<String> seen(TestClient reader) {
        List<String> seen = new ArrayList<>();
        for (ServerFrame frame : reader.frames()) {
            for (MemberUpdate update : frame.getChange().getUpdatedList()) {
                ByteString state = update.getSetMap().get("k");
                if (state != null) {
                    seen.add("state " + state.toStringUtf8());
                }
            }
            if (frame.hasSignal()) {
                seen.add("signal " + frame.getSignal().getType());
            }
        }
        return seen;
    }
}
