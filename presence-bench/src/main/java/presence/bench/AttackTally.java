package presence.bench;

import java.util.Map;
import java.util.TreeMap;

/** What an attack did, and what became of its connections. Its event loop only, until it stands still. */
final class AttackTally {
    long connections;
    /** Connections that did not come about. */
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
