/**
 * Which nodes are alive: {@link presence.cluster.node.Heartbeat} publishes and renews the lease,
 * {@link presence.cluster.node.FailureDetector} judges the silence of others,
 * {@link presence.cluster.node.SubscriptionWatchdog} checks that this node can hear at all, and
 * {@link presence.cluster.node.NodeClaims} compares what messages say of a node with its lease. What they find goes to
 * {@link presence.cluster.node.NodeEvents}.
 *
 * <p>Threads: checks run on the maintenance threads of {@code RedisBus}, callbacks on Lettuce's.
 */
@NullMarked
package presence.cluster.node;

import org.jspecify.annotations.NullMarked;
