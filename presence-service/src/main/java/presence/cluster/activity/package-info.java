/** Activity in Redis, added up by hour over all nodes. Threads: any. */
@NullMarked
package presence.cluster.activity;

import org.jspecify.annotations.NullMarked;
