package presence.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import presence.config.EventsConfig;
import presence.model.NodeId;

class MemoryEventStoreTest {
    private long nowMs = 10_000;
    private final MemoryEventStore store = store(Set.copyOf(EventsConfig.KINDS), 100);

    private MemoryEventStore store(Set<String> kinds, int most) {
        return new MemoryEventStore(NodeId.random(), kinds, most, 60_000, () -> nowMs);
    }

    private static List<PresenceEvent> read(MemoryEventStore store, String after, int most) {
        return store.read(after, most).toCompletableFuture().join().events();
    }

    private static List<String> kinds(MemoryEventStore store) {
        return read(store, "", 1_000).stream().map(PresenceEvent::kind).toList();
    }

    @Test
    void theKindsOfTheConfigurationAreThoseOfTheLog() {
        assertThat(Stream.of(EventKind.values()).map(EventKind::text).collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(EventsConfig.KINDS));
    }

    @Test
    void tellsTheFirstAndTheLastMemberOfABoard() {
        store.append(Changes.put("ada"));
        store.append(Changes.put("bob"));
        store.append(Changes.put("bob", 2, "away"));
        store.append(Changes.put("bob", 3, "away"));
        store.append(Changes.leave("ada"));
        store.append(Changes.leave("ada"));
        store.append(Changes.leave("bob"));
        assertThat(kinds(store))
                .containsExactly(
                        "board.opened",
                        "member.joined",
                        "member.joined",
                        "member.updated",
                        "member.left",
                        "member.left",
                        "board.closed");
        PresenceEvent left = read(store, "", 1_000).get(4);
        assertThat(left.user()).isEqualTo("user of ada");
        assertThat(left.data()).isEqualTo("{\"reason\":\"left\",\"duration_ms\":4000}");
    }

    @Test
    void keepsTheLatestAndReadsAfterAnId() {
        MemoryEventStore small = store(Set.of("signal"), 3);
        for (int i = 0; i < 5; i++) {
            // The clock stands still, then is set back.
            nowMs = i < 4 ? 10_000 : 9_000;
            small.append(Changes.signal("ada"));
        }
        List<String> ids = new ArrayList<>();
        for (List<PresenceEvent> page = read(small, "", 1);
                !page.isEmpty();
                page = read(small, page.get(0).id(), 1)) {
            ids.add(page.get(0).id());
        }
        assertThat(ids).containsExactly("10000-2", "10000-3", "10000-4");
    }

    @Test
    void dropsOldEvents() {
        store.append(Changes.signal("ada"));
        nowMs = 70_001;
        store.onUser("ada", true);
        assertThat(kinds(store)).containsExactly("user.online");
    }
}
