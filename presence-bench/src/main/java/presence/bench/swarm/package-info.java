/**
 * Generates load: well-behaved users who move, check what they receive and report what they found.
 *
 * <pre>
 * Swarm → LoopState (one per event loop) → User → BoardView → Tally → SwarmReport
 * SwarmProcess: "swarm --json" in a JVM of its own
 * </pre>
 *
 * <p>A user, its view and its tally belong to one event loop. A swarm's counters are read by a task of that
 * loop, so nothing is locked.
 */
@NullMarked
package presence.bench.swarm;

import org.jspecify.annotations.NullMarked;
