package presence.cluster.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stages that end when all changes published before they were added are stored. Board loop only. */
final class StoreWaits {
    /** End with the write in flight. */
    private List<CompletableFuture<Void>> begun = new ArrayList<>(0);
    /** End with a later write. */
    private List<CompletableFuture<Void>> waiting = new ArrayList<>(0);

    /** @param isBegun whether the write in flight has all changes so far */
    CompletionStage<Void> add(boolean isBegun) {
        CompletableFuture<Void> wait = new CompletableFuture<>();
        (isBegun ? begun : waiting).add(wait);
        return wait;
    }

    /** A write with all changes so far begins. */
    void onBegun() {
        begun.addAll(waiting);
        waiting.clear();
    }

    /** The write in flight is done. */
    void onDone() {
        List<CompletableFuture<Void>> done = begun;
        begun = new ArrayList<>(0);
        done.forEach(wait -> wait.complete(null));
    }

    /** The write in flight has failed, and another one will follow. */
    void onFailed() {
        waiting.addAll(begun);
        begun.clear();
    }

    /** Nothing can be stored now, or the segment is closed. */
    void endAll() {
        onFailed();
        List<CompletableFuture<Void>> all = waiting;
        waiting = new ArrayList<>(0);
        all.forEach(wait -> wait.complete(null));
    }
}
