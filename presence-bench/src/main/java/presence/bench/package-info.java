/**
 * Generates load from outside, and the command line.
 *
 * <pre>
 * swarm            Swarm → LoopState (one per event loop) → User → BoardView → Tally → SwarmReport
 * floor, budgets,  TestBed → ServiceProcess, RedisProcess, FloorProcess on one core or the other
 * scaling, soak        → SwarmProcess: "swarm --json" in a JVM of its own
 * budgets          BudgetRows → Row (measures itself, round by round) → Reading → BudgetTable
 * attack           GoodUsers (a Swarm in this process) → AttackRow
 *                      AttackProcess: "assail" in a JVM of its own → AttackRun → AttackConnection, driven by an Attack
 * rolling          MigratingUsers → MigratingUser → MigratingConnection (one after the other) → RollingReport
 *                      HaproxyProcess before the nodes
 * jmh              the benchmarks beside the classes they measure, in their packages
 * </pre>
 *
 * <p>A user, its view and its tally belong to one event loop. A swarm's counters are read by a task of that
 * loop, so nothing is locked. Every process started is one of {@link presence.bench.Children} and ends with this one.
 */
@NullMarked
package presence.bench;

import org.jspecify.annotations.NullMarked;
