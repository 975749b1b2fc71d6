package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import presence.proto.SignalSend;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** Two people on one board of one node, over real sockets. */
class SingleNodeIT {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.alone();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aMemberThatJoinsSeesAllMembersAndIsSeen() {
        try (TestClient ada = TestClient.join(node.ws(), "see", "Ada");
                TestClient bob = TestClient.join(node.ws(), "see", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            bob.awaitNames("Ada", "Bob");
            assertThat(ada.complaints()).isEmpty();
            assertThat(bob.complaints()).isEmpty();
        }
    }

    @Test
    void cursorsReachTheOthers() {
        try (TestClient ada = TestClient.join(node.ws(), "move", "Ada");
                TestClient bob = TestClient.join(node.ws(), "move", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            ada.cursor(160, -320);
            bob.awaitCursor("Ada", 160, -320);
            bob.cursor(1, 2);
            ada.awaitCursor("Bob", 1, 2);
        }
    }

    @Test
    void signalsGoToAllOthersAndNotBack() {
        try (TestClient ada = TestClient.join(node.ws(), "signal", "Ada");
                TestClient bob = TestClient.join(node.ws(), "signal", "Bob")) {
            ada.send(frame ->
                    frame.setSignal(SignalSend.newBuilder().setType("wave").setPayload(ByteString.copyFromUtf8("hi"))));
            bob.await("signal", () -> !bob.signals().isEmpty());
            assertThat(bob.signals().get(0).getType()).isEqualTo("wave");
            assertThat(bob.signals().get(0).getFrom())
                    .isEqualTo(bob.member("Ada").getSlot());
            assertThat(ada.signals()).isEmpty();
        }
    }

    @Test
    void aSignalIsNeverSentToItsSender() {
        try (TestClient ada = TestClient.join(node.ws(), "self", "Ada");
                TestClient bob = TestClient.join(node.ws(), "self", "Bob")) {
            ada.awaitNames("Ada", "Bob");
            ada.send(frame -> frame.setSignal(SignalSend.newBuilder()
                    .setType("both")
                    .addTo(ada.roster().getYou())
                    .addTo(ada.member("Bob").getSlot())));
            bob.await("signal", () -> !bob.signals().isEmpty());
            bob.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("after")));
            ada.await("signal", () -> !ada.signals().isEmpty());
            assertThat(ada.signals()).extracting(signal -> signal.getType()).containsExactly("after");
        }
    }
}
