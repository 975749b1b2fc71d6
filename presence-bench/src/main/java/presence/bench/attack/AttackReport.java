package presence.bench.attack;

import java.util.Map;

/**
 * What an attack did.
 *
 * @param refused connections that could not be opened
 * @param ends how its connections were answered and ended, and how often
 */
record AttackReport(
        long connections, long refused, long upgraded, long frames, long bytes, Map<String, Integer> ends) {}
