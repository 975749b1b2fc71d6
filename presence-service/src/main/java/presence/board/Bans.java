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

/** Who may not join, as this node knows it: asked at every join, so without a way to Redis. Thread-safe. */
public final class Bans {
    private record Key(String userId, @Nullable BoardId board) {}

    private final LongSupplier clock;
    private final Map<Key, Long> endsMs = new ConcurrentHashMap<>();

    /** @param clock monotonic milliseconds */
    Bans(LongSupplier clock) {
        this.clock = clock;
    }

    /** How long the user may not join that board any more; 0 for who may. */
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

    /** Whether there was one. */
    public boolean remove(String userId, @Nullable BoardId board) {
        return endsMs.remove(new Key(userId, board)) != null;
    }

    /** All that have not ended. */
    public List<Ban> all() {
        long now = clock.getAsLong();
        endsMs.values().removeIf(end -> end <= now);
        List<Ban> all = new ArrayList<>();
        endsMs.forEach((key, end) -> all.add(new Ban(key.userId(), key.board(), end - now)));
        return all;
    }

    /**
     * Takes over what the cluster knows; what was added or removed here since that was asked stays so.
     *
     * @param before what was known here when the cluster was asked
     * @param all what the cluster said
     * @return those that are new here
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
