package presence.webhook;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The deliveries of a node without Redis, which has every lease. Thread-safe. */
public final class MemoryDeliveryStore implements DeliveryStore {
    private final Map<String, Progress> targets = new HashMap<>();
    private final Map<String, DeadLetter> dead = new LinkedHashMap<>();
    private final int mostDead;

    /** @param mostDead dead letters kept */
    public MemoryDeliveryStore(int mostDead) {
        this.mostDead = mostDead;
    }

    @Override
    public synchronized CompletionStage<@Nullable Progress> claim(String target, String start, long leaseMs) {
        return CompletableFuture.completedStage(targets.computeIfAbsent(target, key -> Progress.after(start)));
    }

    @Override
    public synchronized CompletionStage<Boolean> save(String target, Progress progress) {
        targets.put(target, progress);
        return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<?> release(String target) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Boolean> addDead(DeadLetter letter) {
        dead.put(letter.id(), letter);
        boolean full = dead.size() > mostDead;
        if (full) {
            dead.remove(dead.keySet().iterator().next());
        }
        return CompletableFuture.completedStage(full);
    }

    @Override
    public synchronized CompletionStage<List<DeadLetter>> dead() {
        return CompletableFuture.completedStage(
                dead.values().stream().map(DeadLetter::withoutBody).toList());
    }

    @Override
    public synchronized CompletionStage<@Nullable DeadLetter> dead(String id) {
        return CompletableFuture.completedStage(dead.get(id));
    }

    @Override
    public synchronized CompletionStage<?> removeDead(String id) {
        dead.remove(id);
        return CompletableFuture.completedStage(null);
    }
}
