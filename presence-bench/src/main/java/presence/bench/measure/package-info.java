/**
 * Measures the service against budgets and a floor, and over time.
 *
 * <pre>
 * floor, budgets,  TestBed → ServiceProcess, RedisProcess, FloorProcess on one core or the other
 * scaling, soak        → SwarmProcess
 * budgets          BudgetRows → Row (measures itself, round by round) → Reading → BudgetTable
 * </pre>
 */
@NullMarked
package presence.bench.measure;

import org.jspecify.annotations.NullMarked;
