package presence.board;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.model.Ban;
import presence.model.BoardId;

/** Keeps the bans this node knows. Every join is checked against it without a round trip to Redis. Thread-safe. */
public final class Bans {
    private record Key(String userId, @Nullable BoardId board) {}

    private final LongSupplier clock;
    private final Map<Key, Long> endsMs = new ConcurrentHashMap<>();

    /** @param clock monotonic milliseconds */
    Bans(LongSupplier clock) {
        this.clock = clock;
    }

    /** Returns how long the user is banned from that board, in milliseconds; 0 if the user may join. */
    long remainingMs(String userId, BoardId board) {
        if (endsMs.isEmpty() || userId.isEmpty()) {
            return 0;
        }
        return Math.max(remainingMs(new Key(userId, null)), remainingMs(new Key(userId, board)));
    }

    private long remainingMs(Key key) {
        Long end = endsMs.get(key);
        return end == null ? 0 : Math.max(0, end - clock.getAsLong());
    }

    public void add(Ban ban) {
        endsMs.put(new Key(ban.userId(), ban.board()), clock.getAsLong() + ban.remainingMs());
    }

    /** Returns whether there was such a ban. */
    public boolean remove(String userId, @Nullable BoardId board) {
        return endsMs.remove(new Key(userId, board)) != null;
    }

    /** Returns all bans that have not expired. */
    public List<Ban> all() {
        long now = clock.getAsLong();
        endsMs.values().removeIf(end -> end <= now);
        List<Ban> all = new ArrayList<>();
        endsMs.forEach((key, end) -> all.add(new Ban(key.userId(), key.board(), end - now)));
        return all;
    }

    /**
     * Merges the bans the cluster knows. Bans added or removed on this node since the query stay as they are now.
     *
     * @param before the bans known here when the cluster was queried
     * @param all the cluster's answer
     * @return the bans that are new to this node
     */
    public List<Ban> merge(Collection<Ban> before, Collection<Ban> all) {
        Set<Key> asked = new HashSet<>();
        before.forEach(ban -> asked.add(new Key(ban.userId(), ban.board())));
        Set<Key> found = new HashSet<>();
        List<Ban> added = new ArrayList<>();
        for (Ban ban : all) {
            Key key = new Key(ban.userId(), ban.board());
            found.add(key);
            if (endsMs.containsKey(key)) {
                add(ban);
            } else if (!asked.contains(key)) {
                add(ban);
                added.add(ban);
            }
        }
        asked.removeAll(found);
        endsMs.keySet().removeAll(asked);
        return added;
    }
}
