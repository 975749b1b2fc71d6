package presence.events;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ClusterDirectory;
import presence.board.spi.Inconsistency;
import presence.model.BoardId;
import presence.model.NodeId;

/**
 * The event log of a node without Redis: a bounded buffer, which ends with the process. Thread-safe.
 */
public final class MemoryEventStore implements EventStore, ClusterDirectory.UserListener {
    private record Present(String user, String digest, long joinedMs) {}

    private final NodeId node;
    private final Set<String> kinds;
    private final int most;
    private final long ageMs;
    private final LongSupplier wallClock;

    /** All guarded by this. */
    private final Deque<PresenceEvent> events = new ArrayDeque<>();

    private final Map<String, Present> present = new HashMap<>();
    private final Map<BoardId, Integer> members = new HashMap<>();
    private long lastMs;
    private long number;

    /**
     * @param kinds kinds of events that are kept
     * @param most events kept
     * @param ageMs how long they are kept
     * @param wallClock milliseconds since 1970
     */
    public MemoryEventStore(NodeId node, Set<String> kinds, int most, long ageMs, LongSupplier wallClock) {
        this.node = node;
        this.kinds = Set.copyOf(kinds);
        this.most = most;
        this.ageMs = ageMs;
        this.wallClock = wallClock;
    }

    @Override
    public synchronized void append(Change change) {
        switch (change.type()) {
            case PUT -> put(change);
            case LEAVE -> leave(change);
            case EVENT -> add(change.detail(), change, change.user(), change.data());
            case RESTORE, FORGET -> {
                // Only of use between several nodes.
            }
        }
    }

    private void put(Change change) {
        Present before = present.put(change.field(), new Present(change.user(), change.detail(), change.joinedMs()));
        if (before == null) {
            if (members.merge(change.board(), 1, Integer::sum) == 1) {
                addOfBoard(EventKind.BOARD_OPENED, change);
            }
            add(EventKind.MEMBER_JOINED.text(), change, change.user(), change.data());
        } else if (!before.digest().equals(change.detail())) {
            add(EventKind.MEMBER_UPDATED.text(), change, change.user(), change.data());
        }
    }

    private void leave(Change change) {
        Present gone = present.remove(change.field());
        if (gone == null) {
            return;
        }
        JsonObject data = new JsonObject();
        data.addProperty("reason", change.detail());
        data.addProperty("duration_ms", Math.max(0, change.timeMs() - gone.joinedMs()));
        add(EventKind.MEMBER_LEFT.text(), change, gone.user(), data.toString());
        if (members.merge(change.board(), -1, (one, other) -> one + other == 0 ? null : one + other) == null) {
            addOfBoard(EventKind.BOARD_CLOSED, change);
        }
    }

    private void addOfBoard(EventKind kind, Change change) {
        add(kind.text(), change.timeMs(), change.board().value(), "", "", "");
    }

    private void add(String kind, Change change, String user, String data) {
        add(kind, change.timeMs(), change.board().value(), change.member(), user, data);
    }

    private void add(String kind, long timeMs, String board, String member, String user, String data) {
        if (!kinds.contains(kind)) {
            return;
        }
        long now = wallClock.getAsLong();
        // Ids rise even when the clock is set back.
        number = now > lastMs ? 0 : number + 1;
        lastMs = Math.max(lastMs, now);
        events.add(new PresenceEvent(lastMs + "-" + number, kind, timeMs, node.toString(), board, member, user, data));
        while (events.size() > most || isOld(events.peek(), now)) {
            events.remove();
        }
    }

    private boolean isOld(@Nullable PresenceEvent event, long now) {
        return event != null && EventStore.compare(event.id(), Math.max(0, now - ageMs) + "-0") < 0;
    }

    @Override
    public synchronized void onUser(String userId, boolean online) {
        EventKind kind = online ? EventKind.USER_ONLINE : EventKind.USER_OFFLINE;
        add(kind.text(), wallClock.getAsLong(), "", "", userId, "");
    }

    @Override
    public synchronized CompletionStage<Page> read(String after, int most) {
        List<PresenceEvent> page = new ArrayList<>();
        for (PresenceEvent event : events) {
            if (page.size() < most && (after.isEmpty() || EventStore.compare(event.id(), after) > 0)) {
                page.add(event);
            }
        }
        PresenceEvent oldest = events.peekFirst();
        PresenceEvent latest = events.peekLast();
        return CompletableFuture.completedStage(
                new Page(oldest == null ? "" : oldest.id(), latest == null ? "" : latest.id(), page));
    }

    @Override
    public CompletionStage<List<Inconsistency>> inspect() {
        // One memory: there is no copy that could differ.
        return CompletableFuture.completedStage(List.of());
    }

    @Override
    public CompletionStage<?> retire() {
        // The log ends with the process.
        return CompletableFuture.completedStage(null);
    }
}
