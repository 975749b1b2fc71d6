package presence.ops;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node and its cluster in a few numbers, in the order of {@code /stats}.
 *
 * @param label {@code SERVER_ID}
 * @param state of {@link Readiness}, in lower case
 * @param localMembers those this node answers for, those without a connection for a while included
 * @param boards with somebody of this node on them, or lingering
 * @param redis up, down (something of it does not work), or off where there is none
 * @param redisError the error with which Redis refuses writes, its first word; empty while it takes them
 * @param totalConnections over all nodes, as each said last
 * @param totalMembers over all nodes, as each said last
 * @param totalUsers online in the cluster; null while Redis cannot be asked
 * @param rates per second over the last ten seconds, of this node
 */
public record Stats(
        String node,
        String label,
        String version,
        long uptimeSeconds,
        String state,
        int localConnections,
        int localUsers,
        int localMembers,
        int boards,
        boolean redisEnabled,
        String redis,
        String redisError,
        int totalInstances,
        long totalConnections,
        long totalMembers,
        @Nullable Long totalUsers,
        Map<String, Double> rates) {}
