package presence.cluster.memory;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import presence.board.spi.JoinLimit;

/** Limits joins per user on a node without a cluster, by the times of those within the last minute. Thread-safe. */
public final class InMemoryJoinLimit implements JoinLimit {
    private static final long WINDOW_MS = 60_000;

    private final int perMinute;
    private final LongSupplier clock;
    /** In the order of their last joins. */
    private final Map<String, ArrayDeque<Long>> users = new LinkedHashMap<>();

    /**
     * @param perMinute 0 = no limit
     * @param clock monotonic milliseconds
     */
    public InMemoryJoinLimit(int perMinute, LongSupplier clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Allowance> take(String userId) {
        return CompletableFuture.completedFuture(perMinute == 0 ? Allowance.UNCOUNTED : count(userId));
    }

    private synchronized Allowance count(String userId) {
        long now = clock.getAsLong();
        ArrayDeque<Long> joins = users.remove(userId);
        if (joins == null) {
            joins = new ArrayDeque<>(2);
        }
        while (!joins.isEmpty() && joins.getFirst() <= now - WINDOW_MS) {
            joins.removeFirst();
        }
        boolean allowed = joins.size() < perMinute;
        if (allowed) {
            joins.addLast(now);
        }
        users.put(userId, joins);
        forgetOldest(now);
        return new Allowance(perMinute - joins.size(), allowed ? 0 : joins.getFirst() + WINDOW_MS - now);
    }

    private void forgetOldest(long now) {
        Iterator<ArrayDeque<Long>> oldest = users.values().iterator();
        while (oldest.hasNext() && oldest.next().getLast() <= now - WINDOW_MS) {
            oldest.remove();
        }
    }
}
