package presence.cluster.user;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.envelope.EnvelopeCodec;
import presence.cluster.events.EventLimits;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.segment.SegmentStore;
import presence.model.NodeId;
import presence.model.Origin;
import presence.model.UserEntry;
import presence.model.UserSession;

/**
 * Reads and writes users in Redis: a hash per owner with the sessions of each user as JSON, and the set of users
 * online, which is the union of the hashes. One script writes both, so that exactly one write adds a user's first
 * session and exactly one removes its last. All methods are asynchronous and fail while Redis is unavailable.
 * Thread-safe.
 */
public final class UserStore {
    /** Most users in one run of the script, which must not block Redis for long. */
    private static final int BATCH = 500;

    /** The same where the script may look for each user on every other node. */
    private static final int REAP_BATCH = 100;

    private static final String ONE_WRITER = "";
    private static final String MANY_WRITERS = "1";

    private static final LuaScript WRITE = LuaScript.load("users.lua");
    private static final LuaScript PATCH = LuaScript.load("sessions.lua");

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final EnvelopeCodec codec;
    private final LeaseStore leases;
    private final long ttlMs;
    /** Null unless events are recorded. */
    private volatile @Nullable EventLimits events;

    /** @param ttlMs TTL, longer than a lease, so that the users of a dead node can still be removed one by one */
    public UserStore(RedisConnections redis, RedisKeys keys, EnvelopeCodec codec, LeaseStore leases, long ttlMs) {
        this.redis = redis;
        this.keys = keys;
        this.codec = codec;
        this.leases = leases;
        this.ttlMs = ttlMs;
    }

    /** Has users that come online and go offline written to the event log, by the same script. */
    public void recordEvents(EventLimits limits) {
        events = limits.hasUsers() ? limits : null;
    }

    /** Writes the sessions of each user on {@code owner}, in batches. */
    CompletionStage<?> write(Origin owner, Collection<UserEntry> entries) {
        return writeBatches(owner, ONE_WRITER, BATCH, List.copyOf(entries).iterator());
    }

    private CompletionStage<Long> writeBatches(Origin owner, String writers, int most, Iterator<UserEntry> entries) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(Long.toString(ttlMs)));
        args.add(bytes(owner.toString()));
        args.add(bytes(keys.usersChannel()));
        args.add(bytes(keys.usersPrefix()));
        args.add(bytes(writers));
        EventLimits limits = events;
        if (limits != null) {
            args.add(bytes(Long.toString(System.currentTimeMillis())));
            args.add(bytes(Long.toString(limits.age().toMillis())));
            args.add(bytes(Integer.toString(limits.most())));
            args.add(bytes(limits.kindsArgument()));
        }
        for (int i = 0; i < most && entries.hasNext(); i++) {
            UserEntry entry = entries.next();
            args.add(bytes(entry.userId()));
            args.add(entry.online() ? codec.encodeSessions(entry.sessions()) : new byte[0]);
        }
        String[] written = limits == null
                ? new String[] {keys.users(owner), keys.userOrigins(), keys.usersOnline()}
                : new String[] {keys.users(owner), keys.userOrigins(), keys.usersOnline(), keys.events()};
        CompletionStage<Long> batch = redis.run(WRITE, written, args);
        return entries.hasNext() ? batch.thenCompose(done -> writeBatches(owner, writers, most, entries)) : batch;
    }

    /**
     * Changes some sessions in the list of a user who is online on {@code owner}.
     *
     * @return false if Redis has another list than expected and nothing was written
     */
    CompletionStage<Boolean> patch(Origin owner, WrittenSessions.Patch patch) {
        List<byte[]> args = new ArrayList<>();
        args.add(bytes(patch.userId()));
        args.add(bytes(Integer.toString(patch.size())));
        patch.put().forEach(session -> {
            args.add(bytes(session.member().toString()));
            args.add(codec.encodeSession(session));
        });
        patch.removed().forEach(member -> {
            args.add(bytes(member.toString()));
            args.add(new byte[0]);
        });
        return redis.run(PATCH, new String[] {keys.users(owner)}, args).thenApply(written -> written == 1);
    }

    /** Reads the users of an owner. */
    CompletionStage<List<String>> usersOf(Origin owner) {
        return redis.commands().thenCompose(commands -> commands.hkeys(keys.users(owner)));
    }

    /**
     * Renews the TTL of an owner's keys.
     *
     * @return whether all keys of an owner with users existed
     */
    CompletionStage<Boolean> touch(Origin owner) {
        return redis.commands().thenCompose(commands -> {
            CompletionStage<Boolean> origins = commands.pexpire(keys.userOrigins(), ttlMs);
            CompletionStage<Boolean> online = commands.pexpire(keys.usersOnline(), ttlMs);
            return commands.pexpire(keys.users(owner), ttlMs)
                    .thenCombine(origins, Boolean::logicalAnd)
                    .thenCombine(online, Boolean::logicalAnd);
        });
    }

    /**
     * Removes an owner's users, who go offline unless they have sessions on other nodes. Any number of nodes may do so
     * at once.
     */
    CompletionStage<?> reap(Origin owner) {
        return usersOf(owner)
                .thenCompose(users -> writeBatches(
                        owner,
                        MANY_WRITERS,
                        REAP_BATCH,
                        users.stream()
                                .map(user -> new UserEntry(user, List.of(), false))
                                .iterator()));
    }

    /** Reads the owners that have users. */
    CompletionStage<List<Origin>> owners() {
        return redis.commands()
                .thenCompose(commands -> commands.smembers(keys.userOrigins()))
                .thenApply(SegmentStore::parseOrigins);
    }

    CompletionStage<Set<String>> online(Collection<String> users) {
        List<String> asked = List.copyOf(users);
        if (asked.isEmpty()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        byte[][] members = asked.stream().map(UserStore::bytes).toArray(byte[][]::new);
        return redis.commands()
                .thenCompose(commands -> commands.smismember(keys.usersOnline(), members))
                .thenApply(answers -> {
                    Set<String> online = new HashSet<>();
                    for (int i = 0; i < answers.size(); i++) {
                        if (answers.get(i)) {
                            online.add(asked.get(i));
                        }
                    }
                    return online;
                });
    }

    CompletionStage<Long> countOnline() {
        return redis.commands().thenCompose(commands -> commands.scard(keys.usersOnline()));
    }

    /** Reads the sessions of a user on each owner, with the incarnation in the lease of its node. */
    CompletionStage<List<Claim>> claims(String user) {
        return redis.commands()
                .thenCompose(commands -> commands.smembers(keys.userOrigins())
                        .thenCompose(origins -> claims(commands, SegmentStore.parseOrigins(origins), user)));
    }

    /** @param lease null if the node has none */
    record Claim(Origin owner, @Nullable Long lease, List<UserSession> sessions) {}

    private CompletionStage<List<Claim>> claims(NodeCommands commands, List<Origin> owners, String user) {
        Map<Origin, CompletableFuture<byte[]>> values = new HashMap<>();
        Map<NodeId, CompletableFuture<@Nullable Long>> held = new HashMap<>();
        for (Origin owner : owners) {
            values.put(owner, commands.hget(keys.users(owner), user).toCompletableFuture());
            held.computeIfAbsent(owner.node(), node -> leases.read(node).toCompletableFuture());
        }
        return CompletableFuture.allOf(SegmentStore.all(values, held)).thenApply(done -> {
            List<Claim> claims = new ArrayList<>();
            values.forEach((owner, read) -> {
                byte[] value = read.join();
                CompletableFuture<@Nullable Long> lease = held.get(owner.node());
                if (value != null && lease != null) {
                    claims.add(new Claim(owner, lease.join(), parse(value)));
                }
            });
            return claims;
        });
    }

    private List<UserSession> parse(byte[] value) {
        try {
            return codec.decodeSessions(value);
        } catch (InvalidProtocolBufferException e) {
            throw new CompletionException("malformed sessions of a user in Redis", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
