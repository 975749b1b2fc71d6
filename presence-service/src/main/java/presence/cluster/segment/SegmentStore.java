package presence.cluster.segment;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.node.LeaseStore;
import presence.cluster.pubsub.BoardTap;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.PubSubMode;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.metrics.ServiceMetrics;
import presence.model.BoardId;
import presence.model.LeaveReason;
import presence.model.Member;
import presence.model.MemberId;
import presence.model.NodeId;
import presence.model.Origin;
import presence.roster.SegmentDelta;

/**
 * Reads and writes segments in Redis: a hash per board and owner, with the sequence number under {@code #} and the
 * members by hexadecimal id as JSON. All methods are asynchronous and fail while Redis is unavailable. Thread-safe.
 */
public final class SegmentStore {
    /** Result of a write script. */
    enum Outcome {
        DONE,
        /** The segment in Redis has another sequence number than the write is based on. */
        REFUSED
    }

    /** A segment read from Redis. */
    public record StoredSegment(long seq, List<Member> members) {}

    /**
     * A member as one owner stored it.
     *
     * @param lease the incarnation in the lease of the owner's node; null if that has none
     */
    public record StoredRecord(Origin owner, @Nullable Long lease, Member member) {}

    /** All segments of a board, and the incarnation in the lease of each owner's node that has one. */
    public record StoredBoard(Map<Origin, StoredSegment> segments, Map<NodeId, Long> leases) {
        /**
         * The owners to show: of each node only the latest incarnation that is alive.
         *
         * @param isAlive whether an owner is alive, given the incarnation in its node's lease, null if it has none
         */
        public Set<Origin> latest(BiPredicate<Origin, @Nullable Long> isAlive) {
            Map<NodeId, Origin> latest = new HashMap<>();
            for (Origin owner : segments.keySet()) {
                if (isAlive.test(owner, leases.get(owner.node()))) {
                    latest.merge(owner.node(), owner, (one, other) -> one.compareTo(other) > 0 ? one : other);
                }
            }
            return new HashSet<>(latest.values());
        }
    }

    private static final byte[] ANY = bytes("*");
    private static final byte[] YES = bytes("1");
    private static final byte[] NO = bytes("0");
    private final RedisConnections redis;
    private final RedisKeys keys;
    private final EnvelopeCodec codec;
    private final LeaseStore leases;
    private final ServiceMetrics metrics;
    private final byte[] segmentTtl;
    private final byte[] originsTtl;
    private final BoardTap tap;
    private final LuaScript apply;
    private final LuaScript put;
    private final LuaScript touch;
    private final LuaScript reap;

    public SegmentStore(
            RedisConnections redis,
            RedisKeys keys,
            EnvelopeCodec codec,
            LeaseStore leases,
            ServiceMetrics metrics,
            long segmentTtlSeconds,
            PubSubMode pubSub,
            BoardTap tap) {
        this.redis = redis;
        this.keys = keys;
        this.codec = codec;
        this.leases = leases;
        this.metrics = metrics;
        this.segmentTtl = bytes(Long.toString(segmentTtlSeconds));
        this.originsTtl = bytes(Long.toString(2 * segmentTtlSeconds));
        this.tap = tap;
        apply = pubSub.script("apply.lua");
        put = pubSub.script("put.lua");
        touch = pubSub.script("touch.lua");
        reap = pubSub.script("reap.lua");
    }

    CompletionStage<Outcome> apply(
            BoardId board, Origin owner, long base, long next, SegmentDelta delta, byte[] envelope) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(Long.toString(base)));
        args.add(bytes(Long.toString(next)));
        args.add(segmentTtl);
        args.add(originsTtl);
        args.add(bytes(owner.toString()));
        args.add(bytes(keys.boardChannel(board)));
        args.add(envelope);
        Map<MemberId, LeaveReason> departed = delta.departed();
        args.add(bytes(Integer.toString(departed.size())));
        departed.keySet().forEach(id -> args.add(bytes(id.toString())));
        addRecords(args, delta.upserted());
        return run(apply, board, owner, args, envelope);
    }

    CompletionStage<Outcome> put(BoardId board, Origin owner, long seq, Collection<Member> members, byte[] envelope) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(Long.toString(seq)));
        args.add(segmentTtl);
        args.add(originsTtl);
        args.add(bytes(owner.toString()));
        args.add(bytes(keys.boardChannel(board)));
        args.add(envelope);
        addRecords(args, members);
        return run(put, board, owner, args, envelope);
    }

    CompletionStage<Outcome> touch(BoardId board, Origin owner, long seq, byte[] envelope) {
        return run(
                touch,
                board,
                owner,
                List.of(
                        bytes(Long.toString(seq)),
                        segmentTtl,
                        originsTtl,
                        bytes(owner.toString()),
                        bytes(keys.boardChannel(board)),
                        envelope),
                envelope);
    }

    /**
     * @param seq the latest version that may be removed; null = any
     * @param always whether the envelope is published although Redis had no segment
     */
    CompletionStage<Outcome> reap(BoardId board, Origin owner, @Nullable Long seq, byte[] envelope, boolean always) {
        return run(
                reap,
                board,
                owner,
                List.of(
                        seq == null ? ANY : bytes(Long.toString(seq)),
                        bytes(owner.toString()),
                        bytes(keys.boardChannel(board)),
                        envelope,
                        always ? YES : NO),
                envelope);
    }

    /** Reads the records that a board's segments have of a member. */
    public CompletionStage<List<StoredRecord>> find(BoardId board, MemberId id) {
        return redis.commands()
                .thenCompose(commands -> commands.smembers(keys.origins(board))
                        .thenCompose(origins -> findIn(commands, board, id, parseOrigins(origins))));
    }

    private CompletionStage<List<StoredRecord>> findIn(
            NodeCommands commands, BoardId board, MemberId id, List<Origin> owners) {
        List<CompletableFuture<@Nullable StoredRecord>> reads = new ArrayList<>();
        for (Origin owner : owners) {
            reads.add(commands.hget(keys.segment(board, owner), id.toString())
                    .thenCombine(leases.read(owner.node()), (bytes, lease) -> record(owner, lease, bytes))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> reads.stream()
                        .map(CompletableFuture::join)
                        .filter(Objects::nonNull)
                        .toList());
    }

    private @Nullable StoredRecord record(Origin owner, @Nullable Long lease, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return new StoredRecord(owner, lease, codec.decodeRecord(bytes));
        } catch (InvalidProtocolBufferException e) {
            metrics.recordsMalformed.increment();
            return null;
        }
    }

    /** Reads all segments of a board. */
    public CompletionStage<StoredBoard> readAll(BoardId board) {
        return redis.commands()
                .thenCompose(commands -> commands.smembers(keys.origins(board))
                        .thenCompose(origins -> readOwners(commands, board, parseOrigins(origins))));
    }

    private CompletionStage<StoredBoard> readOwners(NodeCommands commands, BoardId board, List<Origin> owners) {
        Map<Origin, CompletableFuture<@Nullable StoredSegment>> segments = new HashMap<>();
        Map<NodeId, CompletableFuture<@Nullable Long>> leases = new HashMap<>();
        for (Origin owner : owners) {
            segments.put(owner, read(commands, board, owner).toCompletableFuture());
            leases.computeIfAbsent(owner.node(), node -> this.leases.read(node).toCompletableFuture());
        }
        return CompletableFuture.allOf(all(segments, leases)).thenApply(done -> {
            StoredBoard stored = new StoredBoard(new HashMap<>(), new HashMap<>());
            segments.forEach((owner, read) -> {
                StoredSegment segment = read.join();
                if (segment != null) {
                    stored.segments.put(owner, segment);
                }
            });
            leases.forEach((node, read) -> {
                Long inc = read.join();
                if (inc != null) {
                    stored.leases.put(node, inc);
                }
            });
            return stored;
        });
    }

    public static CompletableFuture<?>[] all(
            Map<?, ? extends CompletableFuture<?>> some, Map<?, ? extends CompletableFuture<?>> more) {
        return Stream.concat(some.values().stream(), more.values().stream()).toArray(CompletableFuture<?>[]::new);
    }

    public static List<Origin> parseOrigins(Collection<byte[]> origins) {
        List<Origin> owners = new ArrayList<>(origins.size());
        for (byte[] origin : origins) {
            try {
                owners.add(Origin.parse(new String(origin, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                // Not an origin, such as an entry written by hand: ignored.
                continue;
            }
        }
        return owners;
    }

    /** Reads one owner's segment; null if there is none. */
    CompletionStage<@Nullable StoredSegment> read(BoardId board, Origin owner) {
        return redis.commands().thenCompose(commands -> read(commands, board, owner));
    }

    private CompletionStage<@Nullable StoredSegment> read(NodeCommands commands, BoardId board, Origin owner) {
        return commands.hgetall(keys.segment(board, owner)).thenApply(this::parse);
    }

    private @Nullable StoredSegment parse(Map<String, byte[]> hash) {
        byte[] seq = hash.get("#");
        if (seq == null) {
            return null;
        }
        List<Member> members = new ArrayList<>(hash.size());
        for (Map.Entry<String, byte[]> entry : hash.entrySet()) {
            if (!entry.getKey().equals("#")) {
                try {
                    members.add(codec.decodeRecord(entry.getValue()));
                } catch (InvalidProtocolBufferException e) {
                    // One malformed entry must not hide the others.
                    metrics.recordsMalformed.increment();
                }
            }
        }
        try {
            return new StoredSegment(Long.parseLong(new String(seq, StandardCharsets.UTF_8)), members);
        } catch (NumberFormatException e) {
            metrics.recordsMalformed.increment();
            return null;
        }
    }

    private void addRecords(List<byte[]> args, Collection<Member> members) {
        for (Member member : members) {
            args.add(bytes(member.id().toString()));
            args.add(codec.encodeRecord(member));
        }
    }

    /** @param envelope envelope that the script publishes if it changes something */
    private CompletionStage<Outcome> run(
            LuaScript script, BoardId board, Origin owner, List<byte[]> args, byte[] envelope) {
        String[] touched = {keys.segment(board, owner), keys.origins(board)};
        return redis.run(script, touched, args).thenApply(result -> {
            if (result > 0) {
                tap.mirror(board, envelope);
            }
            return result < 0 ? Outcome.REFUSED : Outcome.DONE;
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
