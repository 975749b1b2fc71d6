package presence.bench.attack;

import java.util.Map;
import java.util.TreeMap;

/** Counts what an attack did and how its connections ended. Its event loop only, until that is stopped. */
final class AttackTally {
    long connections;
    /** Connections that could not be opened. */
    long refused;

    long upgraded;
    long frames;
    long bytes;
    private final Map<String, Integer> ends = new TreeMap<>();

    void ended(String how) {
        ends.merge(how, 1, Integer::sum);
    }

    AttackReport report() {
        return new AttackReport(connections, refused, upgraded, frames, bytes, Map.copyOf(ends));
    }
}
