package presence.bench;

import java.util.List;

/**
 * What a row measured in one round.
 *
 * @param values of the row's figures, in their order
 * @param flaws what makes them doubtful; empty if nothing
 */
record Reading(List<Double> values, String flaws) {}
