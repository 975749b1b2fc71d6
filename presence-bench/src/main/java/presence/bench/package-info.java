/**
 * Load from outside, and the command line.
 *
 * <pre>
 * swarm            Swarm → LoopState (one per event loop) → User → BoardView → Tally → SwarmReport
 * floor, budgets,  Lab → ServiceProcess, RedisProcess, FloorProcess on one core or the other
 * scaling, soak        → SwarmProcess: "swarm --json" in a JVM of its own
 * budgets          BudgetRows → Row (measures itself, round by round) → Reading → BudgetTable
 * attack           GoodUsers (a Swarm in this process) → AttackRow
 *                      AttackProcess: "assail" in a JVM of its own → AttackRun → Hostile, told what to do by an Attack
 * rolling          Roamers → Roamer (a user) → RoamerLink (its connections, one after the other) → RollingReport
 *                      HaproxyProcess before the nodes
 * jmh              what lies beside the classes it measures, in their packages
 * </pre>
 *
 * <p>A user, its view and its tally belong to one event loop. What a swarm counts is read when that loop has
 * been asked, so nothing is locked. Every process started is one of {@link presence.bench.Children} and ends with
 * this one.
 */
@NullMarked
package presence.bench;

import org.jspecify.annotations.NullMarked;
