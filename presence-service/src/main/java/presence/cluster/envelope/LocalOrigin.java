package presence.cluster.envelope;

import java.util.function.Supplier;
import presence.model.NodeId;
import presence.model.Origin;

/** Holds the origin under which this node writes, which changes with each incarnation. Thread-safe. */
public final class LocalOrigin implements Supplier<Origin> {
    private volatile Origin origin;

    public LocalOrigin(NodeId node) {
        origin = new Origin(node, 0);
    }

    @Override
    public Origin get() {
        return origin;
    }

    public NodeId node() {
        return origin.node();
    }

    /** Whether an origin is this node, under any of its incarnations. */
    public boolean isSelf(Origin owner) {
        return owner.node().equals(node());
    }

    /** Continues under the next incarnation, and returns it. */
    public synchronized Origin reincarnate() {
        Origin next = new Origin(origin.node(), origin.inc() + 1);
        origin = next;
        return next;
    }
}
