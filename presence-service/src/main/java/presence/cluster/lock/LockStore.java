package presence.cluster.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.node.LeaseStore;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.WriteHealth;
import presence.lock.Lock;
import presence.lock.LockLimits;
import presence.lock.LockRequest;
import presence.model.BoardId;
import presence.model.MemberId;
import presence.model.Origin;
import presence.proto.LockChange;

/**
 * Calls the script that grants and releases the locks of a board. All methods are asynchronous and fail while Redis is
 * unavailable or refuses writes. Thread-safe.
 */
public final class LockStore {
    /** TTL of a board's hash after its last write; longer than any lock. */
    private static final Duration KEPT = Duration.ofHours(2);

    private static final int FIELDS = 6;
    private static final String READ = "read";

    /** @param code of the script */
    record Answer(long code, List<Lock> locks) {}

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final EnvelopeCodec codec;
    private final LocalOrigin self;
    private final LeaseStore leases;
    private final WriteHealth writes;
    private final long staysMs;
    private final BoardTap tap;
    private final LuaScript script;

    /**
     * @param staysMs how long a lock stays after its last renewal when its owner is gone: its client may still rely
     *     on it
     */
    public LockStore(
            RedisConnections redis,
            RedisKeys keys,
            EnvelopeCodec codec,
            LocalOrigin self,
            LeaseStore leases,
            WriteHealth writes,
            long staysMs,
            PubSubMode pubSub,
            BoardTap tap) {
        this.redis = redis;
        this.keys = keys;
        this.codec = codec;
        this.self = self;
        this.leases = leases;
        this.writes = writes;
        this.staysMs = staysMs;
        this.tap = tap;
        script = pubSub.script("locks.lua");
    }

    /** This node's present origin. */
    Origin self() {
        return self.get();
    }

    /**
     * Asks for a lock.
     *
     * @param known what this node knows of it; null if it is free
     * @param fencing greatest number that this node knows
     */
    CompletionStage<Answer> lock(
            BoardId board, LockRequest request, LockLimits limits, @Nullable Lock known, long fencing) {
        List<String> args = new ArrayList<>(List.of(
                request.name(),
                request.member().toString(),
                Long.toString(request.ttlMs()),
                request.waits() ? "1" : "",
                Integer.toString(limits.perMember()),
                Integer.toString(limits.perBoard()),
                Integer.toString(limits.perQueue())));
        if (known != null) {
            args.addAll(List.of(
                    Long.toString(known.fencing()),
                    known.holder().toString(),
                    known.owner().toString(),
                    Long.toString(known.ttlMs()),
                    Long.toString(known.leftMs())));
        }
        return call(board, "lock", request.name(), fencing, args);
    }

    /**
     * @param staysMs how long the lock stays after its last renewal; 0 = it is free at once
     * @param ownOnly only if this node owns it when Redis carries this out
     */
    CompletionStage<Answer> unlock(
            BoardId board, String name, MemberId member, long staysMs, boolean ownOnly, long fencing) {
        return call(
                board,
                "unlock",
                name,
                fencing,
                List.of(name, member.toString(), Long.toString(staysMs), ownOnly ? "1" : ""));
    }

    /** Releases all that a member holds or waits for. */
    CompletionStage<Answer> release(BoardId board, MemberId member, long staysMs, long fencing) {
        return call(board, "release", "", fencing, List.of(member.toString(), Long.toString(staysMs)));
    }

    /** Makes this node the owner of what a member holds or waits for. */
    CompletionStage<Answer> claim(BoardId board, MemberId member, long fencing) {
        return call(board, "claim", "", fencing, List.of(member.toString()));
    }

    /** Releases all that an owner still has, but for what was renewed a moment ago. */
    CompletionStage<Answer> reap(BoardId board, Origin owner, long fencing) {
        return call(board, "reap", "", fencing, List.of(owner.toString(), Long.toString(staysMs)));
    }

    /**
     * Reads all locks.
     *
     * @param own what members of this node hold: written again if Redis has lost it
     */
    CompletionStage<Answer> read(BoardId board, Collection<Lock> own, long fencing) {
        List<String> args = own.stream()
                .sorted(Comparator.comparingLong(Lock::fencing))
                .flatMap(lock -> Stream.of(
                        lock.name(),
                        Long.toString(lock.fencing()),
                        lock.holder().toString(),
                        Long.toString(lock.ttlMs()),
                        Long.toString(lock.leftMs())))
                .toList();
        return call(board, READ, "", fencing, args);
    }

    /** Whether an owner has its lease. */
    CompletionStage<Boolean> isAlive(Origin owner) {
        return leases.read(owner.node()).thenApply(inc -> inc != null && inc <= owner.inc());
    }

    private CompletionStage<Answer> call(
            BoardId board, String operation, String name, long fencing, List<String> more) {
        Origin origin = self.get();
        byte[] envelope = codec.encode(
                codec.envelope(origin.inc()).setLocks(LockChange.newBuilder().setName(name)));
        List<byte[]> args = new ArrayList<>(6 + more.size());
        for (String head : List.of(
                operation,
                origin.toString(),
                Long.toString(KEPT.toMillis()),
                Long.toString(fencing),
                keys.boardChannel(board))) {
            args.add(bytes(head));
        }
        args.add(envelope);
        more.forEach(arg -> args.add(bytes(arg)));
        return redis.commands()
                .thenCompose(commands -> commands.list(script, new String[] {keys.locks(board)}, args))
                .thenApply(LockStore::parse)
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        mirror(board, operation, envelope);
                    } else {
                        writes.onFailed(failure);
                    }
                });
    }

    private void mirror(BoardId board, String operation, byte[] envelope) {
        if (!operation.equals(READ)) {
            tap.mirror(board, envelope);
        }
    }

    private static Answer parse(List<Object> answer) {
        List<Lock> locks = new ArrayList<>();
        for (int at = 1; at + FIELDS <= answer.size(); at += FIELDS) {
            String holder = text(answer.get(at + 1));
            if (!holder.isEmpty()) {
                locks.add(new Lock(
                        text(answer.get(at)),
                        MemberId.fromHex(holder),
                        Long.parseLong(text(answer.get(at + 2))),
                        Origin.parse(text(answer.get(at + 3))),
                        Long.parseLong(text(answer.get(at + 4))),
                        Long.parseLong(text(answer.get(at + 5)))));
            }
        }
        return new Answer((Long) answer.get(0), locks);
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
