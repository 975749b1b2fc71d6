/**
 * Publishing and receiving envelopes: one connection for commands and messages, one for cursors, one for subscriptions.
 *
 * <p>{@link presence.cluster.pubsub.RedisSubscriber} drops own echoes, decodes each envelope once and passes it to the
 * follower of its channel, on Lettuce's event loops. {@link presence.cluster.pubsub.OriginGate} holds back envelopes of
 * origins without a lease. All types are thread-safe.
 */
@NullMarked
package presence.cluster.pubsub;

import org.jspecify.annotations.NullMarked;
