package presence.cluster.node;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ServerHello;
import presence.cluster.redis.WriteHealth;
import presence.model.NodeId;
import presence.model.Origin;

/** Leases in Redis: one small key per node that says in which incarnation it lives. Thread-safe. */
public final class LeaseStore {
    private static final LuaScript NOTE_INSTANCE = LuaScript.load("insts.lua");

    /** No lease lasts longer, whatever other nodes are set to: one that does outlived a clock of Redis' that was set back. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private static final int LONGEST_OF_OURS = 10;

    private final RedisConnections redis;
    private final RedisKeys names;
    private final Duration lease;
    private final WriteHealth writes;

    /** @param writes told whether Redis takes the lease */
    public LeaseStore(RedisConnections redis, RedisKeys names, Duration lease, WriteHealth writes) {
        this.redis = redis;
        this.names = names;
        this.lease = lease;
        this.writes = writes;
    }

    /**
     * Renews this node's lease and notes it among the instances.
     *
     * @return whether the lease was still there
     */
    CompletionStage<Boolean> renew(Origin self) {
        // Not waited for: answers about the lease come in the order in which it was renewed.
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

    /** The same on a connection of one's own; fails where Redis does not take it. */
    public CompletionStage<?> renewOn(RedisClusterAsyncCommands<String, byte[]> commands, Origin self) {
        return note(commands, self)
                .thenCombine(requireAllSlots(commands), (at, all) -> at)
                .thenCombine(set(commands, self), (at, before) -> at);
    }

    /**
     * Once something had moved away, a server of a Cluster that is used as if it were all does not take all writes
     * because it takes a lease: fails as that did. One that does not say what it is, is none.
     */
    private CompletionStage<?> requireAllSlots(RedisClusterAsyncCommands<String, byte[]> commands) {
        Refusal refusal = writes.refusal();
        if (refusal == null || refusal.word() != Refusal.Word.MOVED) {
            return CompletableFuture.completedStage(null);
        }
        return ServerHello.ask(commands)
                .exceptionally(failure -> ServerHello.UNKNOWN)
                .thenAccept(hello -> {
                    if (redis.isLoneServerOf(hello)) {
                        throw new RedisCommandExecutionException(refusal.text());
                    }
                });
    }

    private CompletionStage<Long> note(RedisClusterAsyncCommands<String, byte[]> commands, Origin self) {
        byte[] node = self.node().toString().getBytes(StandardCharsets.UTF_8);
        return NOTE_INSTANCE.run(commands, new String[] {names.instances()}, List.of(node));
    }

    private CompletionStage<byte[]> set(RedisClusterAsyncCommands<String, byte[]> commands, Origin self) {
        byte[] inc = Long.toString(self.inc()).getBytes(StandardCharsets.UTF_8);
        return commands.setGet(names.lease(self.node()), inc, SetArgs.Builder.px(lease.toMillis()));
    }

    /** The incarnation in a node's lease; null if it has none, or one that cannot be read. */
    public CompletionStage<@Nullable Long> read(NodeId node) {
        return redis.commands()
                .thenCompose(commands -> commands.get(names.lease(node)))
                .thenApply(LeaseStore::parse);
    }

    /**
     * The same for a node that says nothing: a lease with more time left than any has was not renewed. Keys live on when
     * Redis' clock is set back.
     */
    CompletionStage<@Nullable Long> readOfSilent(NodeId node) {
        long longest = Math.max(LONGEST.toMillis(), LONGEST_OF_OURS * lease.toMillis());
        CompletionStage<Long> left = redis.commands()
                .thenCompose(commands -> commands.pttl(names.lease(node)))
                // An older rule for the Redis user does not permit it.
                .exceptionally(failure -> 0L);
        return read(node).thenCombine(left, (inc, ms) -> ms > longest ? null : inc);
    }

    /** Gives the lease up: the node stops. */
    public CompletionStage<?> release(NodeId node) {
        return redis.commands().thenCompose(commands -> commands.del(names.lease(node)));
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
