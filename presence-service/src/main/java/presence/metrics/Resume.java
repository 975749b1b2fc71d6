package presence.metrics;

/** How a member got a new connection, as seen by one node. */
public enum Resume {
    /** It was on this node before. */
    SAME_NODE,
    /** It was on another node. */
    TAKEN_OVER_HERE,
    /** It was on this node and another one has taken it over. */
    TAKEN_OVER_ELSEWHERE
}
