/**
 * A cluster in one process, for a node without Redis and for tests of boards. Passes the same contract suite as
 * {@code RedisBus}. Thread-safe.
 */
@NullMarked
package presence.cluster.memory;

import org.jspecify.annotations.NullMarked;
