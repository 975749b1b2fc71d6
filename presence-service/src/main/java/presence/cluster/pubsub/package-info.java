/**
 * Publishing and receiving envelopes: one connection for commands and messages, one for cursors, one for subscriptions.
 *
 * <p>{@link presence.cluster.pubsub.RedisSubscriber} drops own echoes, decodes each envelope once and hands it to the
 * follower of its channel, on Lettuce's threads. {@link presence.cluster.pubsub.OriginGate} holds back what origins
 * publish that have no lease. Everything is thread-safe.
 */
@NullMarked
package presence.cluster.pubsub;

import org.jspecify.annotations.NullMarked;
