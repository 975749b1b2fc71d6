package presence.metrics;

/** Ways a member gets a new connection, as one node sees it. */
public enum Resume {
    /** It was here before. */
    SAME_NODE,
    /** It was on another node. */
    TAKEN_OVER_HERE,
    /** It was here, and another node has it now. */
    TAKEN_OVER_ELSEWHERE
}
