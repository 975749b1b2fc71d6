package presence.board;

import java.util.HashMap;
import java.util.Map;
import presence.board.spi.BoardLink;
import presence.model.NodeId;

/** How many observers a board has on this node and on the others. Board loop only. */
final class ObserverCounts {
    private final BoardLink link;
    private final Runnable onChange;
    private int local;
    private Map<NodeId, Integer> others = new HashMap<>(0);

    /** @param onChange called after each change of the total */
    ObserverCounts(BoardLink link, Runnable onChange) {
        this.link = link;
        this.onChange = onChange;
    }

    /** Returns the number on all nodes. */
    int total() {
        int total = local;
        for (int count : others.values()) {
            total += count;
        }
        return total;
    }

    void add() {
        local++;
        publish();
    }

    void remove() {
        local--;
        publish();
    }

    private void publish() {
        link.observers(local);
        onChange.run();
    }

    /** Applies the number of another node. */
    void set(NodeId node, int count) {
        if (count == 0) {
            others.remove(node);
        } else {
            others.put(node, count);
        }
        onChange.run();
    }

    /** Replaces the numbers of all other nodes. */
    void replace(Map<NodeId, Integer> counts) {
        others = new HashMap<>(counts);
        onChange.run();
    }
}
