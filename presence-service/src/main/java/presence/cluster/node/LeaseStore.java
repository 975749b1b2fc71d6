package presence.cluster.node;

import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ServerHello;
import presence.cluster.redis.WriteHealth;
import presence.model.NodeId;
import presence.model.Origin;

/** Reads and writes leases in Redis: one key per node that holds its incarnation and expires. Thread-safe. */
public final class LeaseStore {
    private static final LuaScript NOTE_INSTANCE = LuaScript.load("insts.lua");

    /** Longest plausible lease of any node: a longer time to live means that Redis's clock was set back. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int LONGEST_OF_OWN = 10;

    private final RedisConnections redis;
    private final RedisKeys keys;
    private final Duration lease;
    private final WriteHealth writes;

    /** @param writes notified whether Redis accepts the lease */
    public LeaseStore(RedisConnections redis, RedisKeys keys, Duration lease, WriteHealth writes) {
        this.redis = redis;
        this.keys = keys;
        this.lease = lease;
        this.writes = writes;
    }

    /**
     * Renews this node's lease and its entry among the instances.
     *
     * @return whether the lease was still there
     */
    CompletionStage<Boolean> renew(Origin self) {
        // The renewal does not wait for this: replies about the lease keep the order of the renewals.
        CompletionStage<?> noted = redis.commands()
                .thenCompose(commands -> note(commands, self).thenCombine(requireAllSlots(commands), (at, all) -> at));
        CompletionStage<Boolean> renewed =
                redis.commands().thenCompose(commands -> set(commands, self)).thenApply(before -> before != null);
        renewed.thenCombine(noted, (wasThere, at) -> wasThere).whenComplete((wasThere, failure) -> {
            if (failure == null) {
                writes.onLeaseRenewed();
            } else {
                writes.onLeaseFailed(failure);
            }
        });
        return renewed;
    }

    /** Renews the lease on the given connection; fails where Redis refuses it. */
    public CompletionStage<?> renewOn(NodeCommands commands, Origin self) {
        return note(commands, self)
                .thenCombine(requireAllSlots(commands), (at, all) -> at)
                .thenCombine(set(commands, self), (at, before) -> at);
    }

    /**
     * Fails, after an earlier MOVED, if this is a single server of a Cluster: it accepting the lease does not mean that
     * it accepts all writes. A server that does not answer HELLO counts as standalone.
     */
    private CompletionStage<?> requireAllSlots(NodeCommands commands) {
        Refusal refusal = writes.refusal();
        if (refusal == null || refusal.word() != Refusal.Word.MOVED) {
            return CompletableFuture.completedStage(null);
        }
        return commands.hello().exceptionally(failure -> ServerHello.UNKNOWN).thenAccept(hello -> {
            if (redis.isLoneServerOf(hello)) {
                throw new RedisCommandExecutionException(refusal.text());
            }
        });
    }

    private CompletionStage<Long> note(NodeCommands commands, Origin self) {
        byte[] node = self.node().toString().getBytes(StandardCharsets.UTF_8);
        return commands.run(NOTE_INSTANCE, new String[] {keys.instances()}, List.of(node));
    }

    private CompletionStage<byte[]> set(NodeCommands commands, Origin self) {
        byte[] inc = Long.toString(self.inc()).getBytes(StandardCharsets.UTF_8);
        return commands.setGet(keys.lease(self.node()), inc, lease.toMillis());
    }

    /** Reads the incarnation in a node's lease; null if it has none or a malformed one. */
    public CompletionStage<@Nullable Long> read(NodeId node) {
        return redis.commands()
                .thenCompose(commands -> commands.get(keys.lease(node)))
                .thenApply(LeaseStore::parse);
    }

    /**
     * Reads the lease of a silent node; null also for a lease with an implausibly long time to live, which was not
     * renewed: keys outlive their TTL when Redis's clock is set back.
     */
    CompletionStage<@Nullable Long> readOfSilent(NodeId node) {
        long longest = Math.max(LONGEST.toMillis(), LONGEST_OF_OWN * lease.toMillis());
        CompletionStage<Long> left = redis.commands()
                .thenCompose(commands -> commands.pttl(keys.lease(node)))
                // ACL rules of earlier releases do not permit PTTL.
                .exceptionally(failure -> 0L);
        return read(node).thenCombine(left, (inc, ms) -> ms > longest ? null : inc);
    }

    /** Deletes the lease, because the node stops. */
    public CompletionStage<?> release(NodeId node) {
        return redis.commands().thenCompose(commands -> commands.del(keys.lease(node)));
    }

    private static @Nullable Long parse(byte @Nullable [] inc) {
        if (inc == null) {
            return null;
        }
        try {
            return Long.parseLong(new String(inc, StandardCharsets.UTF_8));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
