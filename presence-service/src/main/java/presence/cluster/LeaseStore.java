package presence.cluster;

import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.model.NodeId;
import presence.model.Origin;

/** Leases in Redis: one small key per node that says in which incarnation it lives. Thread-safe. */
final class LeaseStore {
    private static final LuaScript NOTE_INSTANCE = LuaScript.load("insts.lua");

    private final RedisConnections redis;
    private final RedisNames names;
    private final Duration lease;

    LeaseStore(RedisConnections redis, RedisNames names, Duration lease) {
        this.redis = redis;
        this.names = names;
        this.lease = lease;
    }

    /**
     * Renews this node's lease and notes it among the instances.
     *
     * @return whether the lease was still there
     */
    CompletionStage<Boolean> renew(Origin self) {
        byte[] inc = Long.toString(self.inc()).getBytes(StandardCharsets.UTF_8);
        byte[] node = self.node().toString().getBytes(StandardCharsets.UTF_8);
        // Not waited for: answers about the lease come in the order in which it was renewed.
        NOTE_INSTANCE.run(redis, new String[] {names.instances()}, List.of(node));
        return redis.commands()
                .thenCompose(commands ->
                        commands.setGet(names.lease(self.node()), inc, SetArgs.Builder.px(lease.toMillis())))
                .thenApply(before -> before != null);
    }

    /** The incarnation in a node's lease; null if it has none, or one that cannot be read. */
    CompletionStage<@Nullable Long> read(NodeId node) {
        return redis.commands()
                .thenCompose(commands -> commands.get(names.lease(node)))
                .thenApply(LeaseStore::parse);
    }

    /** Gives the lease up: the node stops. */
    CompletionStage<?> release(NodeId node) {
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
