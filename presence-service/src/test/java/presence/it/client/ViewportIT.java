package presence.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.proto.Cursors;
import presence.proto.Error;
import presence.proto.Member;
import presence.proto.Viewport;
import presence.testing.WithRedis;
import presence.testing.client.TestClient;
import presence.testing.process.TestNode;
import presence.testing.process.TestRedis;

/** A client that tells what it shows is sent the cursors there, of members of all nodes. */
@WithRedis
class ViewportIT {
    private static final String BOARD = "hall";
    private static final int FAR = 1_000_000;
    private static final int MEMBERS = 12;

    private final Map<String, String> settings;
    private int step;

    ViewportIT(TestRedis redis) {
        settings = Map.of(
                "REDIS_URL",
                redis.url(),
                "PRESENCE_PREFIX",
                "t-" + UUID.randomUUID(),
                "PRESENCE_VIEWPORT_THRESHOLD",
                "4");
    }

    private static String[] names() {
        return Stream.iterate(0, i -> i + 1).limit(MEMBERS).map(i -> "m" + i).toArray(String[]::new);
    }

    /** Every second member is far away. */
    private void moveAll(List<TestClient> members) {
        step++;
        for (int i = 0; i < members.size(); i++) {
            members.get(i).cursor(100 * i + step, i % 2 == 0 ? 0 : FAR);
        }
    }

    private static void show(TestClient client, int y) {
        client.send(frame -> frame.setViewport(
                Viewport.newBuilder().setY(y - 100).setWidth(4_000).setHeight(2_000)));
    }

    private static Set<String> namesOf(TestClient client, List<Cursors> frames) {
        Set<String> names = new HashSet<>();
        for (Cursors frame : List.copyOf(frames)) {
            for (Member member : client.members()) {
                if (frame.getSlotList().contains(member.getSlot())) {
                    names.add(member.getProfile().getName());
                }
            }
        }
        return names;
    }

    @Test
    void aWindowIsSentWhatMovesInItAndWhatAClientMovesTo() throws Exception {
        List<TestClient> members = new ArrayList<>();
        try (TestNode one = TestNode.start(settings);
                TestNode two = TestNode.start(settings)) {
            for (String name : names()) {
                members.add(TestClient.join((members.size() % 4 < 2 ? one : two).ws(), BOARD, name));
            }
            TestClient viewer = members.get(0);
            viewer.awaitNames(names());
            show(viewer, 0);
            viewer.await("the filter", () -> {
                moveAll(members);
                return one.metric("presence_positions_filtered_total") > 50;
            });
            moveAll(members);
            for (int i = 0; i < MEMBERS; i++) {
                // Those within the window at once, the others within a second.
                viewer.awaitCursor("m" + i, 100 * i + step, i % 2 == 0 ? 0 : FAR);
                members.get(1).awaitCursor("m" + i, 100 * i + step, i % 2 == 0 ? 0 : FAR);
            }
            List<Cursors> frames = Collections.synchronizedList(new ArrayList<>());
            viewer.watchCursors(frames::add);
            show(viewer, FAR);
            viewer.await("those at rest", () -> namesOf(viewer, frames).size() == MEMBERS / 2);
            assertThat(namesOf(viewer, frames)).contains("m1", "m3").doesNotContain("m2");
            assertThat(one.metric("presence_viewport_windows")).isEqualTo(1);
            assertThat(viewer.complaints()).isEmpty();
            viewer.close();
            viewer.await("no window", () -> one.metric("presence_viewport_windows") == 0);
        } finally {
            members.forEach(TestClient::close);
        }
    }

    @Test
    void viewportsBeyondALimitAreRefusedByName() {
        try (TestNode node = TestNode.start(settings);
                TestClient client = TestClient.connect(node.ws())) {
            show(client, 0);
            assertThat(firstError(client).getCode()).isEqualTo("not_joined");
        }
        try (TestNode node = TestNode.start(settings);
                TestClient client = TestClient.join(node.ws(), BOARD, "Ada")) {
            client.send(frame -> {
                frame.setId(7);
                for (int slot = 1; slot <= 17; slot++) {
                    frame.getViewportBuilder().addFollow(slot);
                }
            });
            assertThat(firstError(client).getCode()).isEqualTo("viewport_invalid");
            assertThat(firstError(client).getInReplyTo()).isEqualTo(7);
        }
        try (TestNode node = TestNode.start(settings);
                TestClient client = TestClient.join(node.ws(), BOARD, "Ada")) {
            for (int i = 0; i < 200; i++) {
                show(client, i);
            }
            Error refused = firstError(client);
            assertThat(refused.getCode()).isEqualTo("rate_limited");
            assertThat(refused.getRetryAfterMs()).isPositive();
            assertThat(refused.getMessage()).startsWith("more than 20 viewports");
            assertThat(client.closeCode()).isEqualTo(-1);
        }
    }

    private static Error firstError(TestClient client) {
        client.await("an error", () -> !client.errors().isEmpty());
        return client.errors().get(0);
    }
}
