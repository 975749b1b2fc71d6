/**
 * Which nodes are alive: {@link presence.cluster.node.Heartbeat} publishes and renews the lease,
 * {@link presence.cluster.node.FailureDetector} judges the silence of others,
 * {@link presence.cluster.node.SubscriptionWatchdog} checks that this node receives messages, and
 * {@link presence.cluster.node.NodeClaims} verifies messages about nodes against their leases. They report to
 * {@link presence.cluster.node.NodeEvents}.
 *
 * <p>Threads: checks run on the maintenance threads of {@code RedisBus}, callbacks on Lettuce's event loops.
 */
@NullMarked
package presence.cluster.node;

import org.jspecify.annotations.NullMarked;
