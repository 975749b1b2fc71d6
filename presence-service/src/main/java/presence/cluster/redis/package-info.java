/**
 * Connections to Redis and what all other parts of the cluster need for them: addresses, TLS, names of keys and
 * channels, scripts, and refused writes.
 *
 * <p>Threads: replies arrive on Lettuce's event loops; callbacks must not block.
 */
@NullMarked
package presence.cluster.redis;

import org.jspecify.annotations.NullMarked;
