/**
 * Attacks a node beside a swarm of good users and reports what these notice.
 *
 * <pre>
 * attack           GoodUsers (a Swarm in this process) → AttackRow
 *                      AttackProcess: "assail" in a JVM of its own → AttackRun → AttackConnection, driven by an Attack
 * </pre>
 */
@NullMarked
package presence.bench.attack;

import org.jspecify.annotations.NullMarked;
