package presence.model;

import java.util.UUID;

/** One boot of the service: a random UUID, so that a restarted node is another node. */
public record NodeId(UUID value) implements Comparable<NodeId> {

    public static NodeId random() {
        return new NodeId(UUID.randomUUID());
    }

    /** @throws IllegalArgumentException if {@code text} is not a UUID */
    public static NodeId parse(String text) {
        return new NodeId(UUID.fromString(text));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
