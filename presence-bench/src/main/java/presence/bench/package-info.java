/**
 * Runs the commands of the bench.
 *
 * <pre>
 * client, process ← swarm ← measure ← attack, rolling ← the root
 * </pre>
 *
 * <p>A package imports only packages to its left. The command {@code jmh} runs the benchmarks, which lie beside the
 * classes they measure, in their packages.
 */
@NullMarked
package presence.bench;

import org.jspecify.annotations.NullMarked;
