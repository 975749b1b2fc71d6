package presence.cluster.user;

import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import presence.board.spi.ModerationBus;
import presence.cluster.envelope.EnvelopeMapping;
import presence.cluster.pubsub.EnvelopePublisher;
import presence.cluster.redis.ThrottledLog;
import presence.model.Ban;
import presence.model.BoardId;
import presence.model.Kick;
import presence.model.MemberId;
import presence.proto.Envelope;
import presence.proto.Pardon;
import presence.proto.SignalRelay;
import presence.wire.ProtoMapping;

/** Publishes kicks and pardons on the global channel and stores bans in Redis. Thread-safe. */
public final class RedisModeration implements ModerationBus {
    private final EnvelopePublisher publisher;
    private final BanStore bans;
    private final BooleanSupplier connected;
    private final ThrottledLog failures;
    private final LongSupplier clock;
    /** Bans that Redis did not accept, with the time of the attempt. */
    private final Map<Ban, Long> unsaved = new ConcurrentHashMap<>();

    private volatile @Nullable Listener listener;

    /**
     * @param connected whether the command connection is up
     * @param clock monotonic milliseconds
     */
    public RedisModeration(
            EnvelopePublisher publisher,
            BanStore bans,
            BooleanSupplier connected,
            ThrottledLog failures,
            LongSupplier clock) {
        this.publisher = publisher;
        this.bans = bans;
        this.connected = connected;
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public void listen(Listener newListener) {
        listener = newListener;
        sync();
    }

    @Override
    public CompletionStage<?> kick(Kick kick) {
        Ban ban = kick.ban();
        CompletionStage<?> kept = ban == null ? CompletableFuture.completedFuture(null) : put(ban);
        // Published even if the ban is not stored: Redis may refuse writes and still deliver messages.
        return kept.handle((done, failure) -> publisher
                        .publishGlobally(publisher.envelope().setKick(EnvelopeMapping.kick(kick)))
                        .thenCompose(published -> kept))
                .thenCompose(all -> all);
    }

    private CompletionStage<?> put(Ban ban) {
        return bans.put(ban).whenComplete((done, failure) -> {
            if (failure != null) {
                unsaved.put(ban, clock.getAsLong());
            }
        });
    }

    /** Stores and publishes the bans again that Redis did not accept. */
    private CompletionStage<?> save() {
        List<CompletableFuture<?>> saved = new ArrayList<>();
        unsaved.forEach((ban, sinceMs) -> {
            unsaved.remove(ban);
            long left = ban.remainingMs() - (clock.getAsLong() - sinceMs);
            if (left > 0) {
                saved.add(kick(new Kick(ban.board(), null, ban.userId(), "", left))
                        .toCompletableFuture());
            }
        });
        return CompletableFuture.allOf(saved.toArray(new CompletableFuture<?>[0]));
    }

    @Override
    public CompletionStage<?> pardon(String userId, @Nullable BoardId board) {
        unsaved.keySet().removeIf(ban -> ban.userId().equals(userId) && Objects.equals(ban.board(), board));
        Pardon pardon = Pardon.newBuilder()
                .setUserId(userId)
                .setBoard(board == null ? "" : board.toString())
                .build();
        return bans.remove(userId, board)
                .thenCompose(
                        done -> publisher.publishGlobally(publisher.envelope().setPardon(pardon)));
    }

    @Override
    public CompletionStage<?> signal(BoardId board, String type, byte[] payload, List<MemberId> to) {
        SignalRelay.Builder signal =
                SignalRelay.newBuilder().setType(type).setPayload(UnsafeByteOperations.unsafeWrap(payload));
        to.forEach(id -> signal.addTo(ProtoMapping.toProto(id)));
        return publisher.publish(board, publisher.envelope().setSignal(signal));
    }

    /** Reads all bans again, because messages may have been missed. Any thread. */
    public void sync() {
        Listener present = listener;
        if (present == null || !connected.getAsBoolean()) {
            return;
        }
        save().thenCompose(done -> {
                    List<Ban> before = present.knownBans();
                    return bans.sync(before).thenAccept(all -> present.onBans(before, all));
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        failures.warn("reading bans failed, retrying", failure);
                    }
                });
    }

    /**
     * Handles a kick or pardon of another node.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public void onEnvelope(Envelope envelope) {
        Listener present = listener;
        if (present == null) {
            return;
        }
        if (envelope.hasKick()) {
            present.onKick(EnvelopeMapping.kick(envelope.getKick()));
        } else {
            Pardon pardon = envelope.getPardon();
            present.onPardon(pardon.getUserId(), EnvelopeMapping.boardOrNull(pardon.getBoard()));
        }
    }
}
