package presence.model;

/**
 * The writer of a segment: a node in one of its incarnations. The incarnation rises when a node learns that the others
 * declared it dead, so that what it wrote before is never accepted again.
 */
public record Origin(NodeId node, long inc) implements Comparable<Origin> {

    /**
     * Reads {@code <uuid>:<inc>}.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static Origin parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("origin without ':'");
        }
        return new Origin(NodeId.parse(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    @Override
    public int compareTo(Origin other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : Long.compare(inc, other.inc);
    }

    @Override
    public String toString() {
        return node + ":" + inc;
    }
}
