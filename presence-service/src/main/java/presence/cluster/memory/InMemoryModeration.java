package presence.cluster.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ModerationBus;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.MemberId;
import presence.model.Origin;

/** Passes kicks, pardons and signals between the nodes of one process. Thread-safe. */
final class InMemoryModeration implements ModerationBus {
    private final Origin self;
    private final InMemoryHub hub;

    InMemoryModeration(Origin self, InMemoryHub hub) {
        this.self = self;
        this.hub = hub;
    }

    @Override
    public void listen(Listener listener) {
        hub.listen(self, listener);
    }

    @Override
    public CompletionStage<?> kick(Kick kick) {
        return notifyOthers(listener -> listener.onKick(kick));
    }

    @Override
    public CompletionStage<?> pardon(String userId, @Nullable BoardId board) {
        return notifyOthers(listener -> listener.onPardon(userId, board));
    }

    private CompletionStage<?> notifyOthers(Consumer<Listener> order) {
        Map<Origin, Listener> others = new HashMap<>(hub.listeners());
        others.remove(self);
        others.values().forEach(order);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> signal(BoardId board, String type, byte[] payload, List<MemberId> to) {
        hub.notifyOthers(board, self, () -> to, (feed, recipients) -> feed.onSignal(null, type, payload, recipients));
        return CompletableFuture.completedFuture(null);
    }
}
