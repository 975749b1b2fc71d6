package presence.cluster;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.cluster.envelope.LocalOrigin;
import presence.cluster.node.LeaseStore;
import presence.cluster.redis.EvictionPolicy;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.RedisConnections;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.Refusal;
import presence.cluster.redis.ThrottledLog;
import presence.cluster.redis.WriteHealth;

/** Checks once, after connecting, whether nodes can share this Redis. Blocks for the command timeout at most. */
final class StartupChecks {
    private static final Logger log = LoggerFactory.getLogger(StartupChecks.class);

    private final RedisConnections redis;
    private final LeaseStore leases;
    private final LocalOrigin self;
    private final WriteHealth writes;
    private final long timeoutMs;
    private final ThrottledLog failures;

    StartupChecks(
            RedisConnections redis,
            LeaseStore leases,
            LocalOrigin self,
            WriteHealth writes,
            long timeoutMs,
            ThrottledLog failures) {
        this.redis = redis;
        this.leases = leases;
        this.self = self;
        this.writes = writes;
        this.timeoutMs = timeoutMs;
        this.failures = failures;
    }

    /**
     * Returns whether the address is a single server of a Redis Cluster, which refuses keys in the slots of others. A
     * server that does not answer HELLO counts as standalone.
     */
    boolean isLoneServerOfCluster() {
        try {
            return redis.isLoneServerOf(redis.commands()
                    .thenCompose(NodeCommands::hello)
                    .toCompletableFuture()
                    .get(timeoutMs, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Tries the first write. Where Redis refuses it, nodes can exchange messages only.
     *
     * @throws RedisUnavailableException if it refuses
     */
    void requireWrites() throws RedisUnavailableException {
        try {
            redis.commands()
                    .thenCompose(commands -> leases.renewOn(commands, self.get()))
                    .toCompletableFuture()
                    .get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Refusal refusal = Refusal.of(e);
            if (refusal != null) {
                writes.onLeaseFailed(e);
                throw new RedisUnavailableException(redis.address(), refusal);
            }
            failures.warn("the first write to redis failed, retrying redis=" + redis.address(), e);
        } catch (TimeoutException e) {
            failures.warn("the first write to redis is not answered yet redis=" + redis.address(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs a warning if the eviction policy of Redis allows it to evict rosters and leases. */
    void warnOfEviction() {
        redis.commands().thenCompose(commands -> commands.info("memory")).thenAccept(info -> {
            String policy = EvictionPolicy.fields(info).getOrDefault("maxmemory_policy", "");
            if (EvictionPolicy.evicts(policy)) {
                log.warn(
                        "redis may evict rosters and leases when it is short of memory; set maxmemory-policy noeviction"
                                + " policy={}",
                        policy);
            }
        });
    }
}
