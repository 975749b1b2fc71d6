package presence.bench.measure;

import java.util.List;

/**
 * The result of one round of a row.
 *
 * @param values of the row's figures, in their order
 * @param flaws reasons to doubt them; empty if none
 */
record Reading(List<Double> values, String flaws) {}
