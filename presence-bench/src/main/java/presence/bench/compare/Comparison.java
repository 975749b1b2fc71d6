package presence.bench.compare;

import java.util.List;
import presence.bench.swarm.Load;
import presence.bench.swarm.Spacing;

/**
 * One load of the table.
 *
 * @param name what {@code --only} accepts
 * @param together whether each board has all its users on one node
 */
record Comparison(String name, String title, int nodes, int boards, int users, boolean together) {
    private static final double HZ = 20;

    static List<Comparison> all() {
        return List.of(
                new Comparison("100x2", "100 × 2", 1, 100, 2, false),
                new Comparison("20x10", "20 × 10", 1, 20, 10, false),
                new Comparison("10x50", "10 × 50", 1, 10, 50, false),
                new Comparison("nodes-20x10", "two nodes, 20 × 10", 2, 20, 10, false),
                new Comparison("nodes-20x10-together", "two nodes, each board on one, 20 × 10", 2, 20, 10, true));
    }

    Load load(Peer peer, Spacing spacing) {
        Load load = Load.of(boards, users, HZ);
        String[] options = {
            "--spacing", spacing.name(), "--protocol", peer.protocol().name()
        };
        return together ? load.with(options[0], options[1], options[2], options[3], "--by-board") : load.with(options);
    }
}
