package presence.ops;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code /stats}, about a node and its cluster, in order.
 *
 * @param label {@code SERVER_ID}
 * @param state of {@link Readiness}, in lower case
 * @param localMembers members of this node, those away without a connection included
 * @param boards with a member or observer of this node, or lingering
 * @param redis up, down (some part does not work), or off without Redis
 * @param redisError the first word of the error with which Redis refuses writes; empty while it accepts them
 * @param totalConnections over all nodes, as last reported
 * @param totalMembers over all nodes, as last reported
 * @param totalUsers online in the cluster; null while Redis is unavailable
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
