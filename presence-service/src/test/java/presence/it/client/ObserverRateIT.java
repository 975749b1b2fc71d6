package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import presence.proto.Join;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;

/** An observer gets fewer cursor frames than a member of the same board, and in the end the same positions. */
class ObserverRateIT {
    private static final String BOARD = "stage";
    private static final int FRAMES = 60;

    private final Map<String, String> settings = Map.of("PRESENCE_TICK_HZ", "60", "PRESENCE_OBSERVER_HZ", "1");
    private int step;

    private static TestClient observe(TestNode node) {
        TestClient observer = TestClient.connect(node.ws());
        observer.send(frame -> frame.setJoin(Join.newBuilder().setBoard(BOARD).setObserver(true)));
        observer.awaitNames("Ada", "Bob");
        return observer;
    }

    private static AtomicInteger framesOf(TestClient client) {
        AtomicInteger frames = new AtomicInteger();
        client.watchCursors(frame -> frames.incrementAndGet());
        return frames;
    }

    @Test
    void anObserverGetsSeveralTicksInOneFrame() throws Exception {
        try (TestNode node = TestNode.start(settings);
                TestClient ada = TestClient.join(node.ws(), BOARD, "Ada");
                TestClient bob = TestClient.join(node.ws(), BOARD, "Bob");
                TestClient observer = observe(node)) {
            AtomicInteger toMember = framesOf(bob);
            AtomicInteger toObserver = framesOf(observer);
            bob.await("frames", () -> {
                ada.cursor(++step, 1);
                return toMember.get() >= FRAMES && toObserver.get() >= 2;
            });
            // Where each tick had its frame there were as many; a second has as many ticks as a busy machine can do.
            assertThat(toObserver.get() * 2).isLessThan(toMember.get());
            observer.awaitCursor("Ada", step, 1);
            assertThat(node.metric("presence_observer_ticks_total"))
                    .isLessThan(node.metric("presence_ticks_total") / 2);
        }
    }
}
