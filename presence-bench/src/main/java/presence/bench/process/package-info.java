/**
 * Starts and measures the processes of a run: nodes, Redis, HAProxy and the bare server, each one of
 * {@link presence.bench.process.Children}, which end with this process.
 */
@NullMarked
package presence.bench.process;

import org.jspecify.annotations.NullMarked;
