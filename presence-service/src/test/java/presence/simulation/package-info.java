/**
 * Deterministic simulation of a cluster: nodes with the classes that decide, a Redis and the network between them, in
 * one thread and on virtual time. A seed makes a {@link presence.simulation.Scenario}, whose steps and whose every delay
 * follow from it; the same seed always runs the same way.
 *
 * <pre>
 *   Scenario ──steps──▶ World ──▶ SimNode: ConnectionManager, RedisBus (unchanged)
 *                         │            │ NodeConnector            ▲ frames
 *                         │            ▼                          │
 *                         │       SimConnection ──▶ SimRedis   SimSeat ◀── SimUser
 *                         ▼            └── NodeLink: delays, losses
 *                       Checks
 * </pre>
 *
 * <p>Threads: everything runs on the caller's thread, as events of {@link presence.simulation.VirtualTime}.
 */
@NullMarked
package presence.simulation;

import org.jspecify.annotations.NullMarked;
