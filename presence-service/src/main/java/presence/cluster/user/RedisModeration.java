package presence.cluster.user;

import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

/** Orders over the global channel, and bans in Redis. Thread-safe. */
public final class RedisModeration implements ModerationBus {
    private final EnvelopePublisher publisher;
    private final BanStore bans;
    private final BooleanSupplier connected;
    private final ThrottledLog failures;
    /** Bans that Redis did not take, and since when they have been so. */
    private final Map<Ban, Long> unsaved = new ConcurrentHashMap<>();

    private volatile @Nullable Listener listener;

    /** @param connected whether Redis takes commands right now */
    public RedisModeration(
            EnvelopePublisher publisher, BanStore bans, BooleanSupplier connected, ThrottledLog failures) {
        this.publisher = publisher;
        this.bans = bans;
        this.connected = connected;
        this.failures = failures;
    }

    @Override
    public void listen(Listener heard) {
        listener = heard;
        sync();
    }

    @Override
    public CompletionStage<?> kick(Kick kick) {
        Ban ban = kick.ban();
        CompletionStage<?> kept = ban == null ? CompletableFuture.completedFuture(null) : put(ban);
        // The others hear of it though Redis does not keep the ban: it may refuse writes and pass messages on.
        return kept.handle((done, failure) -> publisher
                        .publishGlobally(publisher.envelope().setKick(EnvelopeMapping.kick(kick)))
                        .thenCompose(published -> kept))
                .thenCompose(all -> all);
    }

    private CompletionStage<?> put(Ban ban) {
        return bans.put(ban).whenComplete((done, failure) -> {
            if (failure != null) {
                unsaved.put(ban, System.nanoTime());
            }
        });
    }

    /** Gives Redis and the others what they did not take. */
    private CompletionStage<?> save() {
        List<CompletableFuture<?>> saved = new ArrayList<>();
        unsaved.forEach((ban, sinceNanos) -> {
            unsaved.remove(ban);
            long left = ban.remainingMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
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

    /** Reads all bans again: some may have been missed. Any thread. */
    public void sync() {
        Listener hearing = listener;
        if (hearing == null || !connected.getAsBoolean()) {
            return;
        }
        save().thenCompose(done -> {
                    List<Ban> before = hearing.knownBans();
                    return bans.sync(before).thenAccept(all -> hearing.onBans(before, all));
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        failures.warn("reading bans failed, trying again", failure);
                    }
                });
    }

    /**
     * An order of another node.
     *
     * @throws IllegalArgumentException if it is none
     */
    public void onEnvelope(Envelope envelope) {
        Listener hearing = listener;
        if (hearing == null) {
            return;
        }
        if (envelope.hasKick()) {
            hearing.onKick(EnvelopeMapping.kick(envelope.getKick()));
        } else {
            Pardon pardon = envelope.getPardon();
            hearing.onPardon(pardon.getUserId(), EnvelopeMapping.boardOrNull(pardon.getBoard()));
        }
    }
}
