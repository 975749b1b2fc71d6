/**
 * Connections to Redis and what every part of the cluster needs of it: addresses, TLS, names of keys and channels, scripts,
 * and what a refused write says.
 *
 * <p>Threads: answers come on Lettuce's event loops; callbacks must not block.
 */
@NullMarked
package presence.cluster.redis;

import org.jspecify.annotations.NullMarked;
